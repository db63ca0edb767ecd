/** What kind of device a model is: one stored measurement per family, one default service. */
export interface Family {
  label: { en: string; fr: string }
  /** slug of the service its assets belong to unless said otherwise */
  service: string
}

const table = {
  'air-quality': { service: 'environment', label: { en: 'air quality', fr: 'qualité de l’air' } },
  counter: { service: 'mobility', label: { en: 'people and vehicle counter', fr: 'compteur de passages' } },
  energy: { service: 'energy', label: { en: 'electricity meter', fr: 'compteur électrique' } },
  'field-tester': { service: 'coverage', label: { en: 'coverage tester', fr: 'testeur de couverture' } },
  'fill-level': { service: 'waste', label: { en: 'fill level', fr: 'niveau de remplissage' } },
  indoor: { service: 'buildings', label: { en: 'room climate', fr: 'ambiance intérieure' } },
  'lighting-cabinet': { service: 'lighting', label: { en: 'lighting cabinet', fr: 'armoire d’éclairage' } },
  other: { service: 'other', label: { en: 'other', fr: 'autre' } },
  parking: { service: 'parking', label: { en: 'parking space', fr: 'place de stationnement' } },
  presence: { service: 'buildings', label: { en: 'presence', fr: 'présence' } },
  'rain-gauge': { service: 'flood', label: { en: 'rain gauge', fr: 'pluviomètre' } },
  'soil-moisture': { service: 'irrigation', label: { en: 'soil moisture', fr: 'humidité du sol' } },
  'street-light': { service: 'lighting', label: { en: 'street light', fr: 'point lumineux' } },
  valve: { service: 'irrigation', label: { en: 'valve', fr: 'vanne' } },
  'water-level': { service: 'flood', label: { en: 'water level', fr: 'niveau d’eau' } },
  'water-meter': { service: 'water', label: { en: 'water meter', fr: 'compteur d’eau' } },
  weather: { service: 'environment', label: { en: 'weather station', fr: 'station météo' } },
} satisfies Record<string, Family>

/** Every family by its slug. */
export const families: ReadonlyMap<string, Family> = new Map(Object.entries(table))
