// The eight rules of the shared benchmarks as the C text that a user would paste. P is the largest folio size that
// does not exceed the slot's. They are parsed and compiled like any other rule.

function texts(orders) {
  const [middle, top] = orders.slice(1).map((order) => `0x${(4096 * 2 ** order).toString(16)}ULL`);
  const P = `(size >= ${top} ? ${top} : size >= ${middle} ? ${middle} : 4096ULL)`;
  return {
    none: "true",
    ctz: "offset == 0 || (gpa != 0 && count_trailing_zeros(offset) >= count_trailing_zeros(gpa))",
    fls: "fls64(offset) >= fls64(gpa)",
    ffs: "(offset ? __ffs64(offset) + 1 : 0) <= (gpa ? __ffs64(gpa) + 1 : 0)",
    congruent: `offset % ${P} == gpa % ${P}`,
    size: `offset % ${P} == 0`,
    "size+mult": `offset % ${P} == 0 && size % ${P} == 0`,
    curorder: "offset % folio_size == 0",
  };
}

export const RULES = Object.keys(texts([0, 9, 18]));

/** From a rule's name to the bind rule of a world with these orders. */
export function ruleCompiler({ compileRule, rulebook }, grammar, orders) {
  const { parse } = rulebook(grammar);
  return (name) => {
    const parsed = parse(texts(orders)[name], { id: name, kind: "bind" });
    if (!parsed.ok) throw new Error(`${name}: ${parsed.error.message}`);
    return compileRule(parsed.rules[0]).bind;
  };
}

/** A world in which this rule is asked, every mapping is allowed and the folio size may always change. */
export const worldOf = (arch, bind_rule, orders) => ({
  arch,
  bind_rule,
  map_rule: () => 1,
  level_rule: () => 0,
  orders,
  resize: "any",
});
