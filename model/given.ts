/** What an op's rules were given: values of what a check reads and no model knows. Data, as it stands in an op. */

/** A value that an unknown had in one evaluation of a rule. */
export type Given = {
  /** Line and column of the unknown, "12:7". */
  readonly at: string;
  readonly text: string;
  /** The how manyth time in one evaluation of the rule, from 1; 0 for an unknown that keeps its value for a whole run. */
  readonly times: number;
  /** Of a map or level rule, which an op may ask at several orders: the one it was asked about. */
  readonly order?: number;
  /** In the range of its type. */
  readonly value: bigint;
  /** It is an address. */
  readonly pointer?: true;
};
