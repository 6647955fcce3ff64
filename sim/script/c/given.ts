/** What a program has to answer the unknowns of its checks: their types, what was given, and who looks it up. */

/** What answers a check's unknowns, in front of the checks. */
export const givenTypes = (hasGiven: boolean): readonly string[] => [
  "/* What the check reads and this model does not know. */",
  "struct unknown {",
  "\tconst char *at, *text;",
  "\tu64 plain;\t/* as where nothing goes wrong */",
  "\tbool is_run;\t/* one value for all operations */",
  "\tint reached;",
  "};",
  "",
  ...(hasGiven
    ? [
        "struct given {",
        "\tint op;",
        "\tconst char *at;",
        "\tint times, order;",
        "\tu64 value;",
        "\tbool pointer;",
        "\tconst char *text;",
        "};",
        "",
      ]
    : []),
];

export const givenTable = (lines: readonly string[]): readonly string[] => {
  const [first, ...rest] = lines;
  if (first === undefined) return [];
  return [
    "/* Given to the operations; what is not said is as where nothing goes wrong. */",
    "static const struct given given[] = {",
    `\t/* ${first} */`,
    ...rest.slice(0, -1).map((line) => `\t${line}`),
    `\t/* ${rest.at(-1) ?? ""} */`,
    "};",
    "",
  ];
};

/** @param isRun some value is kept for a whole run */
export const givenValue = (hasGiven: boolean, isRun: boolean): readonly string[] => [
  "static int op_now, loops_run;",
  ...(isRun ? ["static struct unknown kept[16];", "static int nr_kept;"] : []),
  "",
  "static u64 given_value(const struct asked *asked, struct unknown *all, int i)",
  "{",
  "\tstruct unknown *u = &all[i];",
  "\tint times = u->is_run ? 0 : ++u->reached;",
  "\tu64 value = u->plain;",
  "",
  ...(isRun
    ? [
        "\tfor (int k = 0; times == 0 && k < nr_kept; k++) {",
        "\t\tif (!strcmp(kept[k].text, u->text))",
        "\t\t\treturn kept[k].plain;",
        "\t}",
      ]
    : []),
  ...(hasGiven
    ? [
        "\tfor (unsigned int g = 0; g < sizeof(given) / sizeof(given[0]); g++) {",
        "\t\tif (given[g].op == asked->op && given[g].times == times &&",
        "\t\t    !strcmp(given[g].text, u->text) &&",
        "\t\t    (times == 0 || (given[g].order == asked->given_order &&",
        "\t\t\t\t    !strcmp(given[g].at, u->at))))",
        "\t\t\tvalue = given[g].value;",
        "\t}",
      ]
    : ["\t(void)asked;", "\t(void)times;"]),
  ...(isRun
    ? ["\tif (u->is_run && nr_kept < 16)", "\t\tkept[nr_kept++] = (struct unknown){ .text = u->text, .plain = value };"]
    : []),
  "\treturn value;",
  "}",
  "",
];
