/**
 * What can be doubtful about one value of a reading, or about its `time`. A flag never removes what can be kept:
 * a value that is flagged and absent could not be made at all.
 */
export const flags = {
  'out-of-range': { en: 'outside the plausible range', fr: 'hors de la plage plausible' },
  clamped: { en: 'held to the limit: check the installation’s parameters', fr: 'ramené à la limite : vérifier les paramètres de pose' },
  'missing-parameter': { en: 'left out: a parameter of the installation is missing', fr: 'omis : un paramètre de pose manque' },
  'bad-parameter': { en: 'left out: the installation’s parameters make no sense', fr: 'omis : paramètres de pose incohérents' },
  'wrong-type': {
    en: 'left out: the codec gave something else than this value',
    fr: 'omis : le codec a donné autre chose que cette valeur',
  },
  'unknown-state': { en: 'left out: a name the model does not know', fr: 'omis : un nom que le modèle ne connaît pas' },
  'unknown-name': { en: 'left out: not in the vocabulary', fr: 'omis : absent du vocabulaire' },
  shifted: { en: 'the device’s clock is wrong: times were moved', fr: 'horloge du capteur fausse : heures décalées' },
  'bad-time': { en: 'the device’s time cannot be read', fr: 'l’heure du capteur est illisible' },
} as const satisfies Record<string, { en: string; fr: string }>

export type Flag = keyof typeof flags
