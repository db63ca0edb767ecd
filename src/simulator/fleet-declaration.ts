/** Where some devices of a group are. */
export interface FleetPlace {
  name: string
  /** INSEE code */
  commune: string
  latitude: number
  longitude: number
  /** m around it, for scattered devices */
  radius: number
  /** one behind the other: degrees from north, metres between them */
  along?: { bearing: number; spacing: number }
  /** share of the group */
  weight: number
}

/** So many of this model around here, this interval. */
export interface FleetGroup {
  /** `vendor/model` */
  model: string
  count: number
  /** slug */
  service: string
  /** what makes its values; `examples`: it replays its model's examples */
  physics: 'household' | 'bin' | 'soil' | 'street-light' | 'examples'
  /** seconds between uplinks */
  interval: number
  /** dB that its seat takes from the signal: a pit, a lid, the ground */
  obstacle: number
  asset: { kind: 'pseudonym'; prefix: string } | { kind: 'numbered'; prefix: string; label: string; digits: number }
  places: readonly FleetPlace[]
}

export interface FleetDeclaration {
  seed: number
  tenant: { slug: string; name: string; timeZone: string }
  services: readonly { slug: string; name: string }[]
  gateways: readonly { name: string; latitude: number; longitude: number }[]
  groups: readonly FleetGroup[]
}

const place = (name: string, commune: string, latitude: number, longitude: number, radius: number, weight = 1): FleetPlace => ({
  name,
  commune,
  latitude,
  longitude,
  radius,
  weight,
})

const street = (name: string, commune: string, latitude: number, longitude: number, bearing: number): FleetPlace => ({
  ...place(name, commune, latitude, longitude, 0),
  along: { bearing, spacing: 28 },
})

const tours = '37261'
const joue = '37122'
const saintCyr = '37214'
const saintPierre = '37233'
const laRiche = '37195'
const saintAvertin = '37208'
const chambray = '37050'
const fondettes = '37109'

/** The fleet of the first start: 240 devices of 4 services in Tours and its neighbours, heard by 6 gateways. */
export const defaultFleet: FleetDeclaration = {
  seed: 37261,
  tenant: { slug: 'tours', name: 'Tours (simulated)', timeZone: 'Europe/Paris' },
  services: [
    { slug: 'water', name: 'Water' },
    { slug: 'waste', name: 'Waste' },
    { slug: 'irrigation', name: 'Irrigation' },
    { slug: 'lighting', name: 'Street lighting' },
  ],
  gateways: [
    { name: 'Tours Hôtel de Ville', latitude: 47.39, longitude: 0.689 },
    { name: 'Tours Nord', latitude: 47.42, longitude: 0.7 },
    { name: 'Joué-lès-Tours', latitude: 47.352, longitude: 0.662 },
    { name: 'Saint-Cyr-sur-Loire', latitude: 47.403, longitude: 0.664 },
    { name: 'Chambray-lès-Tours', latitude: 47.338, longitude: 0.714 },
    { name: 'Fondettes', latitude: 47.405, longitude: 0.599 },
  ],
  groups: [
    {
      model: 'axioma/qalcosonic-w1',
      count: 120,
      service: 'water',
      physics: 'household',
      interval: 1800,
      obstacle: 14,
      asset: { kind: 'pseudonym', prefix: 'w' },
      places: [
        place('Tours', tours, 47.394, 0.685, 2200, 5),
        place('Joué-lès-Tours', joue, 47.352, 0.662, 1300, 2),
        place('Saint-Cyr-sur-Loire', saintCyr, 47.402, 0.665, 1100, 1),
        place('Saint-Pierre-des-Corps', saintPierre, 47.391, 0.729, 900, 1),
        place('Chambray-lès-Tours', chambray, 47.338, 0.714, 1000, 1),
        place('Fondettes', fondettes, 47.405, 0.599, 1000, 1),
        place('Saint-Avertin', saintAvertin, 47.367, 0.727, 900, 1),
      ],
    },
    {
      model: 'milesight/em400-mud',
      count: 40,
      service: 'waste',
      physics: 'bin',
      interval: 900,
      obstacle: 6,
      asset: { kind: 'numbered', prefix: 'PAV', label: 'PAV', digits: 1 },
      places: [
        place('Gare', tours, 47.3899, 0.6937, 150),
        place('Halles', tours, 47.3925, 0.6815, 150),
        place('Jaurès', tours, 47.3903, 0.6886, 150),
        place('Velpeau', tours, 47.3897, 0.7052, 150),
        place('Lac', tours, 47.3665, 0.7005, 300),
        place('Rabière', joue, 47.356, 0.6655, 250),
        place('La Riche', laRiche, 47.389, 0.661, 250),
        place('Saint-Avertin', saintAvertin, 47.367, 0.727, 250),
      ],
    },
    {
      model: 'decentlab/dl-trs12',
      count: 20,
      service: 'irrigation',
      physics: 'soil',
      interval: 600,
      obstacle: 9,
      asset: { kind: 'numbered', prefix: 'S', label: 'Sonde', digits: 2 },
      places: [
        place('Botanique', tours, 47.3877, 0.6648, 150),
        place('Prébendes', tours, 47.3842, 0.6821, 120),
        place('Gloriette', tours, 47.3735, 0.6715, 300),
        place('Perraudière', saintCyr, 47.3995, 0.6685, 150),
      ],
    },
    {
      model: 'nasys/ul20xx',
      count: 60,
      service: 'lighting',
      physics: 'street-light',
      interval: 900,
      obstacle: 0,
      asset: { kind: 'numbered', prefix: 'L', label: 'Candélabre', digits: 3 },
      places: [
        street('Foch', tours, 47.3945, 0.682, 80),
        street('Grammont', tours, 47.388, 0.6895, 172),
        street('Colbert', tours, 47.3956, 0.6872, 85),
      ],
    },
  ],
}
