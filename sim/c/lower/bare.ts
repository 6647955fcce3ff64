/** Name of the function around what is pasted without one. */
export const BARE = "expression";
