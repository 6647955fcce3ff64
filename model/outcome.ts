/** What one evaluation of a rule comes to: the number that its compiled code returns. */

/** For a level rule: the level is not forbidden. */
export const REFUSED = 0;
export const ACCEPTED = 1;
/** The C is undefined for this input: a shift by the width, ctz of 0, a division by zero. */
export const UNDEFINED = 2;
/** The loops of the C did not end within the bound. */
export const NO_END = 3;

export type Outcome = typeof REFUSED | typeof ACCEPTED | typeof UNDEFINED | typeof NO_END;
