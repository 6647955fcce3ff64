/** Which rules are told by their tree, and what such a rule needs of its program. */

import type { Rule, RuleTree, Stmt } from "../../../model/rule/tree.ts";

/** Is the rule told by its tree, its text being no whole program? */
export const isByTree = (rule: Rule): boolean => rule.isTree === true || rule.unknowns.length > 0;

const isLoop = (stmt: Stmt): boolean =>
  stmt.stmt === "loop" || (stmt.stmt === "if" && (stmt.whenTrue.some(isLoop) || stmt.whenFalse.some(isLoop)));

/** Do its functions count how often they go round? */
export const hasLoops = ({ functions }: RuleTree): boolean => functions.some(({ body }) => body.some(isLoop));
