/** How the values of a window become one. */
export const aggregates = ['mean', 'min', 'max', 'sum', 'count', 'first', 'last', 'consumption'] as const
export type Aggregate = (typeof aggregates)[number]
