import { sentence } from '../sentence.ts'
import { inFrench } from './values.ts'

export const simulatorSentences = {
  'simulator.fleet': sentence<{ file: string; path: string; reason: string }>({
    kind: 'wrong-use',
    en: (c) => `The fleet in ${c.file}: ${c.path}: ${c.reason}.`,
    fr: (c) => `La flotte dans ${c.file} : ${c.path} : ${inFrench(c.reason)}.`,
  }),
  'simulator.fleet-model': sentence<{ file: string; path: string; model: string; known: string }>({
    kind: 'wrong-use',
    en: (c) => `The fleet in ${c.file}: ${c.path}: there is no model ${c.model}. There are ${c.known}.`,
    fr: (c) => `La flotte dans ${c.file} : ${c.path} : le modèle ${c.model} n’existe pas. Il y a ${c.known}.`,
  }),
  'simulator.broker': sentence<{ port: number }>({
    kind: 'failed',
    en: (c) => `The simulated network cannot listen on port ${c.port} for its MQTT broker. Choose another one with simulator.brokerPort.`,
    fr: (c) =>
      `Le réseau simulé ne peut pas écouter sur le port ${c.port} pour son broker MQTT. Choisissez-en un autre avec simulator.brokerPort.`,
  }),
  'simulator.snapshot': sentence<{ file: string; reason: string }>({
    kind: 'failed',
    en: (c) =>
      `The simulated network was kept in ${c.file}, which cannot be read: ${c.reason}. Move this file away to start a new network.`,
    fr: (c) =>
      `Le réseau simulé était conservé dans ${c.file}, qui est illisible : ${c.reason}. Déplacez ce fichier pour repartir d’un réseau neuf.`,
  }),
}
