/**
 * The contents of a `result` message. Its groups come in the order in which they were run:
 *
 *   numbers  per group: its place in the run message · `status` · 1 when its realm is new (it remembers nothing yet) · results ·
 *            numbers of its results · characters of its results; then its results
 *   bytes    UTF-16 characters of all texts, in the order in which the numbers call for them
 *
 *   result   done · value                                    or
 *            doneWithWarnings · value · texts                or
 *            codecError or badResult · texts
 *   texts    how many · length of each
 *   value    a finite number is itself; all else is NaN and a code:
 *            null, true, false, absent (a key whose value JSON has no place for)
 *            list      length · values
 *            text      length
 *            newText   length; remembered as the next known text
 *            newShape  how many · length of each key; remembered as the next known shape · a value per key
 *            loose     how many · for each a key as a value that is a text · its value
 *            from `firstKnownText` on: a known text · below zero: the known shape −1 − code · a value per key
 *
 * What is remembered is remembered for one codec in one realm, from one message to the next.
 */
export const resultCodes = {
  groupNumbers: 6,
  done: 1,
  doneWithWarnings: 2,
  codecError: 3,
  badResult: 4,
  null: 0,
  true: 1,
  false: 2,
  absent: 3,
  list: 4,
  text: 5,
  newText: 6,
  newShape: 7,
  loose: 8,
  firstKnownText: 16,
} as const
export type ResultCodes = typeof resultCodes

/** Places in the memory that a child and its isolates share: `control` holds where writing goes on and how far a batch came. */
export const controlPlaces = { out: 0, chars: 1, group: 2, results: 3 } as const
