import { toCsv } from '../../formats/csv.ts'
import { deviceColumns, installationColumns } from './columns.ts'

export interface Example {
  id: string
  tenant: string
  service: string
  /** to whom keys are encrypted; null: no server was there to tell */
  recipient: string | null
  /** null: found as by every command */
  server: string | null
  language: 'en' | 'fr'
}

/** The files of a new territory, by their paths. They are read as they are; what they show is a remark until somebody makes it a row. */
export function exampleFiles(example: Example): Readonly<Record<string, string>> {
  const folder = `${example.tenant}/${example.service}`
  const [devices, installations] = example.language === 'fr' ? ['appareils.csv', 'poses.csv'] : ['devices.csv', 'installations.csv']
  return {
    'territory.yaml': territoryYaml(example),
    [`${folder}/${devices}`]: table(deviceColumns, deviceExamples, notes[example.language].devices),
    [`${folder}/${installations}`]: table(installationColumns, installationExamples, notes[example.language].installations),
  }
}

/** The line that names who keys are encrypted to; a remark where that is not known yet. */
export function recipientLine(recipient: string | null): string {
  return recipient === null ? '# recipient: age1…' : `recipient: ${recipient}`
}

/** A territory that does not say yet to whom keys are encrypted, saying it: in the place of the remark, else below its id. */
export function withRecipient(text: string, recipient: string): string {
  const line = recipientLine(recipient)
  if (/^# ?recipient:.*$/m.test(text)) return text.replace(/^# ?recipient:.*$/m, line)
  return text.replace(/^id:.*$/m, (id) => `${id}\n${line}`)
}

const deviceExamples = [
  ['# 0018b20000001a2b', '70b3d57ed0000001', 'axioma/qalcosonic-w1', '80412345', 'Colbert 12', 'lot=3; zone=nord'],
  ['# 24e124713d000001', '', 'milesight/em400-mud', '6713D0000001', '', ''],
]

const installationExamples = [
  [
    '# 0018b20000001a2b',
    '',
    'PDL-000123',
    'Colbert 12',
    'main',
    '2026-11-22',
    '318.442',
    '',
    'CPT-778899',
    '12 rue Colbert',
    '37261',
    '47.3941',
    '0.6848',
  ],
  [
    '#',
    '6713D0000001',
    'PAV-Gare-2',
    '',
    '',
    '2026-11-22T08:00',
    '',
    '{"emptyDistance": 1.8, "fullDistance": 0.3}',
    '',
    'Place de la Gare',
    '37261',
    '',
    '',
  ],
]

const notes = {
  en: {
    devices:
      '# Rows that begin with # are remarks: take it away, or write your own rows. ondine import writes such a table of a delivery. Never a key here.',
    installations:
      '# By devEui or by serial. A date alone is its 00:00 in the tenant’s time zone. 2026-11-22 or 22/11/2026, 318.442 or 318,442.',
  },
  fr: {
    devices:
      '# Les lignes qui commencent par # sont des remarques : enlevez-le, ou écrivez les vôtres. ondine import écrit une telle table. Jamais de clé ici.',
    installations:
      '# Par devEui ou par numéro de série. Une date seule est son 00:00, heure locale. 2026-11-22 ou 22/11/2026, 318.442 ou 318,442.',
  },
}

function table(columns: readonly string[], rows: readonly (readonly string[])[], note: string): string {
  return toCsv([columns, [note], ...rows])
}

const words = {
  en: {
    about: 'A territory: what shall be on the network. Tables of devices and installations stand in <tenant>/<service>/.',
    next: 'ondine import <delivery> adds devices, ondine plan shows what would change, ondine apply does it.',
    id: 'Of this folder, for ever: what was made by it is its own. Not to be changed, nor copied into another folder.',
    known: 'To whom keys of deliveries are encrypted: only this server can read them.',
    unknown:
      'To whom keys of deliveries are encrypted. No server was there to ask: once it runs, repeat ondine init here (with --url where it is elsewhere).',
    server: 'The server; left out: --url, ONDINE_URL, or the one on this machine.',
    tenants: 'Contract holders (municipality, syndicate, operator), each one tenant in ChirpStack.',
    slug: 'Name of the folder, and in topics and URLs; given once.',
    name: 'Name in ChirpStack; left out: the slug.',
    zone: 'In which dates of the tables are read.',
    services: 'Each is one application in ChirpStack, and a folder for its tables.',
    profiles: 'Device profiles that are in ChirpStack already under names of their own; all others are made.',
    gateways: 'EUIs in quotes. Antenna: metres above the ground, degrees from north (left out: all around), dBi, dB of cable.',
    tenantName: 'Metropolis of Tours',
    gatewayName: 'Water tower',
  },
  fr: {
    about: 'Un territoire : ce qui doit être sur le réseau. Les tables d’appareils et de poses sont dans <tenant>/<service>/.',
    next: 'ondine import <livraison> ajoute des appareils, ondine plan montre ce qui changerait, ondine apply le fait.',
    id: 'De ce dossier, pour toujours : ce qu’il a créé est à lui. À ne pas changer, ni copier dans un autre dossier.',
    known: 'Pour qui les clés des livraisons sont chiffrées : seul ce serveur peut les lire.',
    unknown:
      'Pour qui chiffrer les clés des livraisons. Aucun serveur n’a répondu : quand il tourne, refaites ondine init ici (avec --url s’il est ailleurs).',
    server: 'Le serveur ; sinon : --url, ONDINE_URL, ou celui de cette machine.',
    tenants: 'Titulaires (commune, syndicat, exploitant), un tenant chacun dans ChirpStack.',
    slug: 'Nom du dossier, et dans les topics et URL ; donné une fois pour toutes.',
    name: 'Nom dans ChirpStack ; sinon le slug.',
    zone: 'Fuseau dans lequel les dates des tables sont lues.',
    services: 'Chacun est une application dans ChirpStack, et un dossier pour ses tables.',
    profiles: 'Profils d’appareil qui existent déjà dans ChirpStack sous leur propre nom ; les autres sont créés.',
    gateways: 'EUI entre guillemets. Antenne : mètres au-dessus du sol, degrés depuis le nord (sinon tout autour), dBi, dB de câble.',
    tenantName: 'Tours Métropole',
    gatewayName: 'Château d’eau',
  },
}

function territoryYaml({ id, tenant, service, recipient, server, language }: Example): string {
  const say = words[language]
  return `# yaml-language-server: $schema=schemas/territory.schema.json
# ${say.about}
# ${say.next}

# ${say.id}
id: ${id}
# ${recipient === null ? say.unknown : say.known}
${recipientLine(recipient)}
# ${say.server}
${server === null ? '# server: https://ondine.example.org' : `server: ${server}`}

# ${say.tenants}
tenants:
  # ${say.slug}
  - slug: ${tenant}
    # ${say.name}
    # name: ${say.tenantName}
    # ${say.zone}
    timeZone: Europe/Paris
    # ${say.services}
    services:
      - slug: ${service}
        # name: ${service}
    # ${say.profiles}
    # profiles:
    #   axioma/qalcosonic-w1: W1 production
    # ${say.gateways}
    # gateways:
    #   - gatewayId: "7076ff0056081234"
    #     name: ${say.gatewayName}
    #     location: { latitude: 47.3941, longitude: 0.6848, altitude: 98 }
    #     antenna: { height: 24, azimuth: 90, gain: 5.8, cableLoss: 1.2 }
    #     statsInterval: 30
    #     tags: { site: CE-01 }
`
}
