import type { Message, MessageContext } from '../message.ts'

interface FindingWords<C extends MessageContext> {
  text: Message<C>
  /** what to do about it */
  remedy?: Message<C>
}

function finding<C extends MessageContext>(value: FindingWords<C>): FindingWords<C> {
  return value
}

/** What doctor says, by the code of the finding. Contexts are those given in `health/`. */
export const doctorWords = {
  'broker-reached': finding<{ url: string }>({
    text: { en: (c) => `Broker answers at ${c.url}`, fr: (c) => `Le broker MQTT répond à ${c.url}` },
  }),
  'broker-unreachable': finding<{ reason: string }>({
    text: {
      en: (c) => `Broker does not answer (${c.reason}): no event can arrive`,
      fr: (c) => `Le broker MQTT ne répond pas (${c.reason}) : aucun événement ne peut arriver`,
    },
    remedy: {
      en: () => 'is it running? check broker.url, broker.username and broker.ca in ondine.yaml, then: ondine config check',
      fr: () => 'tourne-t-il ? vérifiez broker.url, broker.username et broker.ca dans ondine.yaml, puis : ondine config check',
    },
  }),
  'chirpstack-reached': finding<{ url: string }>({
    text: { en: (c) => `ChirpStack answers at ${c.url}`, fr: (c) => `ChirpStack répond à ${c.url}` },
  }),
  'chirpstack-unreachable': finding<{ reason: string }>({
    text: {
      en: (c) => `ChirpStack does not answer (${c.reason}): nothing can be created or ordered`,
      fr: (c) => `ChirpStack ne répond pas (${c.reason}) : ni création ni ordre possible`,
    },
    remedy: {
      en: () => 'check chirpstack.url in ondine.yaml (the gRPC address, by default port 8080) and that the API key is still valid',
      fr: () => 'vérifiez chirpstack.url dans ondine.yaml (adresse gRPC, port 8080 par défaut) et que la clé d’API est toujours valable',
    },
  }),
  'chirpstack-simulated': finding({
    text: { en: () => 'The network is simulated: no ChirpStack, no radio', fr: () => 'Le réseau est simulé : ni ChirpStack, ni radio' },
  }),
  'key-refused': finding({
    text: {
      en: () => 'ChirpStack refuses the API key: nothing can be created or ordered',
      fr: () => 'ChirpStack refuse la clé d’API : ni création ni ordre possible',
    },
    remedy: {
      en: () => 'make a new API key in ChirpStack (of the tenant, or global) and set chirpstack.token',
      fr: () => 'créez une nouvelle clé d’API dans ChirpStack (du tenant, ou globale) et réglez chirpstack.token',
    },
  }),
  'rights-complete': finding<{ count: number }>({
    text: { en: (c) => `The API key has the ${c.count} rights asked for`, fr: (c) => `La clé d’API a les ${c.count} droits demandés` },
  }),
  'rights-missing': finding<{ actions: string }>({
    text: { en: (c) => `The API key may not: ${c.actions}`, fr: (c) => `La clé d’API ne permet pas : ${c.actions}` },
    remedy: {
      en: () => 'make a key that is not read-only in ChirpStack (of the tenant, or global) and set chirpstack.token',
      fr: () => 'créez dans ChirpStack une clé qui n’est pas en lecture seule (du tenant, ou globale) et réglez chirpstack.token',
    },
  }),
  'rights-unknown': finding<{ actions: string }>({
    text: {
      en: (c) => `Cannot tell whether the API key may: ${c.actions}`,
      fr: (c) => `Impossible de dire si la clé d’API permet : ${c.actions}`,
    },
  }),
  'qos-kept': finding<{ count: number }>({
    text: {
      en: (c) => `ChirpStack publishes at QoS 1 or more (${c.count} events since start)`,
      fr: (c) => `ChirpStack publie en QoS 1 ou plus (${c.count} événements depuis le démarrage)`,
    },
  }),
  'qos-zero': finding<{ count: number }>({
    text: {
      en: (c) => `ChirpStack publishes at QoS 0 (${c.count} events): readings are lost whenever this program restarts`,
      fr: (c) => `ChirpStack publie en QoS 0 (${c.count} événements) : des relevés sont perdus à chaque redémarrage de ce programme`,
    },
    remedy: {
      en: () => 'in [integration.mqtt] of ChirpStack: qos = 1, client_id = "chirpstack-integration", clean_session = false',
      fr: () => 'dans [integration.mqtt] de ChirpStack : qos = 1, client_id = "chirpstack-integration", clean_session = false',
    },
  }),
  'no-event-yet': finding({
    text: {
      en: () => 'No event has arrived since this server started: neither QoS nor clocks can be judged',
      fr: () => 'Aucun événement depuis le démarrage : ni la QoS ni les horloges ne peuvent être jugées',
    },
    remedy: {
      en: () => 'is the MQTT integration of ChirpStack on, and does it publish to this broker?',
      fr: () => 'l’intégration MQTT de ChirpStack est-elle active, et publie-t-elle vers ce broker ?',
    },
  }),
  'events-stopped': finding<{ minutes: number }>({
    text: { en: (c) => `No event for ${c.minutes} minutes`, fr: (c) => `Aucun événement depuis ${c.minutes} minutes` },
    remedy: {
      en: () => 'are the gateways online in ChirpStack, and is its MQTT integration connected?',
      fr: () => 'les passerelles sont-elles en ligne dans ChirpStack, et son intégration MQTT est-elle connectée ?',
    },
  }),
  'spool-takes': finding({
    text: {
      en: () => 'Spool takes events in, nothing of it is damaged',
      fr: () => 'La file d’attente prend les événements, rien n’y est abîmé',
    },
  }),
  'spool-full': finding<{ minutes: number }>({
    text: {
      en: (c) => `Disk full for ${c.minutes} min: no event is taken in, they wait at the broker`,
      fr: (c) => `Disque plein depuis ${c.minutes} min : aucun événement n’est pris, ils attendent au broker`,
    },
    remedy: {
      en: () =>
        'free space on the disk of dataDir, or enlarge it: it goes on by itself; spool.reserveMegabytes in ondine.yaml is what stays free',
      fr: () =>
        'libérez de la place sur le disque de dataDir, ou agrandissez-le : la reprise est automatique ; spool.reserveMegabytes d’ondine.yaml est ce qui reste libre',
    },
  }),
  'spool-unwritable': finding<{ reason: string; minutes: number }>({
    text: {
      en: (c) => `Events cannot be written to the spool for ${c.minutes} min (${c.reason}): they wait at the broker`,
      fr: (c) => `La file d’attente ne s’écrit plus depuis ${c.minutes} min (${c.reason}) : les événements attendent au broker`,
    },
    remedy: {
      en: () => 'check the disk and the rights of dataDir; it goes on by itself',
      fr: () => 'vérifiez le disque et les droits de dataDir ; la reprise est automatique',
    },
  }),
  'spool-damaged': finding<{ files: number; events: number; bytes: number }>({
    text: {
      en: (c) =>
        `${c.events} event(s) of the spool could not be read: the disk has changed ${c.bytes} bytes, kept aside in ${c.files} file(s)`,
      fr: (c) =>
        `${c.events} événement(s) de la file d’attente illisible(s) : le disque a altéré ${c.bytes} octets, mis de côté dans ${c.files} fichier(s)`,
    },
    remedy: {
      en: () => 'check the disk; once you have looked at spool/*.damaged in dataDir, delete them and this line goes',
      fr: () => 'vérifiez le disque ; après avoir regardé spool/*.damaged dans dataDir, supprimez-les et cette ligne disparaît',
    },
  }),
  'store-reached': finding<{ detail: string }>({
    text: { en: (c) => `Store answers: ${c.detail}`, fr: (c) => `La base répond : ${c.detail}` },
  }),
  'store-unreachable': finding<{ reason: string }>({
    text: {
      en: (c) => `Store does not answer (${c.reason}): readings wait in the spool`,
      fr: (c) => `La base ne répond pas (${c.reason}) : les relevés attendent dans la file d’attente`,
    },
    remedy: {
      en: () => 'nothing is lost while the spool has room; check store in ondine.yaml and the database’s own log',
      fr: () => 'rien n’est perdu tant que la file d’attente a de la place ; vérifiez store dans ondine.yaml et le journal de la base',
    },
  }),
  'clock-agrees': finding<{ seconds: number }>({
    text: {
      en: (c) => `Clocks agree with ChirpStack’s within ${c.seconds} s`,
      fr: (c) => `Les horloges concordent avec ChirpStack à ${c.seconds} s près`,
    },
  }),
  'clock-drifts': finding<{ seconds: number }>({
    text: {
      en: (c) =>
        c.seconds > 0
          ? `Events come from ${c.seconds} s in the past: this clock is ahead, ChirpStack’s is behind, or events are late`
          : `Events come from ${-c.seconds} s in the future: this clock is behind, or ChirpStack’s is ahead`,
      fr: (c) =>
        c.seconds > 0
          ? `Les événements datent de ${c.seconds} s : cette horloge avance, celle de ChirpStack retarde, ou les événements sont en retard`
          : `Les événements sont datés de ${-c.seconds} s dans le futur : cette horloge retarde, ou celle de ChirpStack avance`,
    },
    remedy: {
      en: () => 'set both machines (and gateways without GPS) by NTP: chronyc tracking',
      fr: () => 'mettez les deux machines (et les passerelles sans GPS) à l’heure par NTP : chronyc tracking',
    },
  }),
  'clock-unknown': finding({
    text: { en: () => 'Too few live events to compare clocks', fr: () => 'Trop peu d’événements en direct pour comparer les horloges' },
  }),
  'codecs-work': finding({
    text: { en: () => 'No codec has failed since this server started', fr: () => 'Aucun codec en échec depuis le démarrage' },
  }),
  'codec-disabled': finding<{ model: string; failures: number; error: string }>({
    text: {
      en: (c) => `Codec ${c.model} is disabled after ${c.failures} failures: ${c.error}`,
      fr: (c) => `Le codec ${c.model} est désactivé après ${c.failures} échecs : ${c.error}`,
    },
    remedy: {
      en: () => 'its frames are dead letters until it is mended; they can be replayed then',
      fr: () => 'ses trames sont mises de côté jusqu’à réparation ; elles pourront être rejouées',
    },
  }),
  'codec-failing': finding<{ model: string; failures: number; error: string }>({
    text: {
      en: (c) => `Codec ${c.model} failed on ${c.failures} frames: ${c.error}`,
      fr: (c) => `Le codec ${c.model} a échoué sur ${c.failures} trames : ${c.error}`,
    },
    remedy: {
      en: (c) => `is the model right for these devices? ondine device list --model ${c.model}`,
      fr: (c) => `le modèle convient-il à ces appareils ? ondine device list --model ${c.model}`,
    },
  }),
  'all-joined': finding({
    text: { en: () => 'Every device has been heard', fr: () => 'Tous les appareils ont été entendus' },
  }),
  'no-device-yet': finding({
    text: { en: () => 'No device is installed yet', fr: () => 'Aucun appareil n’est encore posé' },
    remedy: {
      en: () => 'ondine device install --help',
      fr: () => 'ondine device install --help',
    },
  }),
  'never-joined': finding<{ count: number; wrongKey: number; usedNonce: number; never: number }>({
    text: {
      en: (c) =>
        `${devices(c.count)} never joined: ${listed([
          [c.wrongKey, 'wrong key (UPLINK_MIC)'],
          [c.usedNonce, 'join refused (OTAA)'],
          [c.never, 'never heard'],
        ])}`,
      fr: (c) =>
        `${c.count > 1 ? `${c.count} appareils jamais activés` : `${c.count} appareil jamais activé`} : ${listed([
          [c.wrongKey, 'mauvaise clé (UPLINK_MIC)'],
          [c.usedNonce, 'join refusé (OTAA)'],
          [c.never, 'jamais entendu'],
        ])}`,
    },
    remedy: { en: () => 'ondine device list --never-joined', fr: () => 'ondine device list --never-joined' },
  }),
  'joins-unknown': finding<{ reason: string }>({
    text: {
      en: (c) => `Cannot tell which devices never joined (${c.reason})`,
      fr: (c) => `Impossible de dire quels appareils n’ont jamais été activés (${c.reason})`,
    },
  }),
  'no-dead-letters': finding({
    text: { en: () => 'No uplink is kept aside', fr: () => 'Aucune trame mise de côté' },
  }),
  'dead-letters': finding<{ count: number; reasons: string }>({
    text: {
      en: (c) => `${c.count} ${c.count === 1 ? 'uplink is' : 'uplinks are'} kept aside, undecoded: ${c.reasons}`,
      fr: (c) =>
        c.count > 1 ? `${c.count} trames mises de côté, non décodées : ${c.reasons}` : `1 trame mise de côté, non décodée : ${c.reasons}`,
    },
    remedy: {
      en: () => 'what mends each: ondine deadletters list',
      fr: () => 'le remède de chacune : ondine deadletters list',
    },
  }),
  'dead-letters-unknown': finding<{ reason: string }>({
    text: {
      en: (c) => `Cannot count the uplinks kept aside (${c.reason})`,
      fr: (c) => `Impossible de compter les trames mises de côté (${c.reason})`,
    },
  }),
  'retention-kept': finding<{ frames: number }>({
    text: {
      en: (c) => `Nothing is kept longer than it should be (frames dropped by the last sweep: ${c.frames})`,
      fr: (c) => `Rien n’est gardé plus longtemps que prévu (trames supprimées au dernier passage : ${c.frames})`,
    },
  }),
  'retention-failing': finding<{ reason: string }>({
    text: {
      en: (c) => `Not all that is past keeping could be dropped: ${c.reason}`,
      fr: (c) => `Tout ce qui a dépassé sa durée de conservation n’a pas pu être supprimé : ${c.reason}`,
    },
    remedy: { en: () => 'it is tried again by itself every ten minutes', fr: () => 'nouvel essai automatique toutes les dix minutes' },
  }),
  'blind-to-radio': finding({
    text: {
      en: () =>
        'Not visible from here: a join from a device that ChirpStack does not know, a frame no gateway heard, a frame with a bad MIC',
      fr: () =>
        'Invisible d’ici : le join d’un appareil inconnu de ChirpStack, une trame qu’aucune passerelle n’entend, une trame au MIC faux',
    },
    remedy: {
      en: () => 'for those, watch the gateway’s frames in ChirpStack (Gateways, LoRaWAN frames)',
      fr: () => 'pour cela, regardez les trames de la passerelle dans ChirpStack (Gateways, LoRaWAN frames)',
    },
  }),
}

function devices(count: number): string {
  return count === 1 ? '1 device' : `${count} devices`
}

function listed(parts: readonly (readonly [number, string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ')
}
