import { sentence } from '../sentence.ts'

export const vaultSentences = {
  'vault.key-malformed': sentence({
    kind: 'wrong-use',
    en: () => 'The key that seals device keys has 256 bits: write 64 hexadecimal digits, as openssl rand -hex 32 makes them.',
    fr: () => 'La clé qui scelle les clés des appareils a 256 bits : écrivez 64 chiffres hexadécimaux, comme en fait openssl rand -hex 32.',
  }),
  'vault.key-file-damaged': sentence<{ file: string }>({
    kind: 'failed',
    en: (c) => `${c.file} does not hold a key any more: bring it back from a backup. Without it, what it sealed cannot be opened.`,
    fr: (c) => `${c.file} ne contient plus de clé : rétablissez-le d’une sauvegarde. Sans lui, ce qu’il a scellé ne s’ouvre plus.`,
  }),
  'vault.other-key': sentence<{ devEui: string }>({
    kind: 'failed',
    en: (c) => `The keys of ${c.devEui} were sealed with another key than the one in use: bring it back, or import the delivery again.`,
    fr: (c) =>
      `Les clés de ${c.devEui} ont été scellées avec une autre clé que celle en service : rétablissez-la, ou réimportez la livraison.`,
  }),
  'vault.damaged': sentence<{ devEui: string }>({
    kind: 'failed',
    en: (c) => `The sealed keys of ${c.devEui} were changed, or are those of another device: import the delivery again.`,
    fr: (c) => `Les clés scellées de ${c.devEui} ont été modifiées, ou sont celles d’un autre appareil : réimportez la livraison.`,
  }),
  'fingerprint.no-plain-data': sentence<{ path: string }>({
    kind: 'failed',
    en: (c) => `Nothing can be remembered of ${c.path}: it is no plain data.`,
    fr: (c) => `Rien ne peut être retenu de ${c.path} : ce ne sont pas de simples données.`,
  }),
}
