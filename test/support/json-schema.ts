/** As much of JSON Schema 2020-12 as docs/schema/ uses; a keyword that is not known is an error of the schema. */

type Schema = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ANNOTATIONS = new Set(["$schema", "$defs", "title", "description"]);

function typeFits(type: unknown, value: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** What is wrong with a value, each with the path to it; empty where it fits. */
export function misfits(schema: unknown, value: unknown, root: unknown = schema, path = "$"): string[] {
  if (!isObject(schema) || !isObject(root)) throw new Error(`${path}: the schema is no object`);
  const inner = (part: unknown, of: unknown, name: string): string[] => misfits(part, of, root, `${path}${name}`);
  return Object.entries(schema).flatMap(([keyword, rule]): string[] => {
    if (ANNOTATIONS.has(keyword)) return [];
    switch (keyword) {
      case "type":
        return typeFits(rule, value) ? [] : [`${path} is no ${String(rule)}`];
      case "const":
        return value === rule ? [] : [`${path} is not ${JSON.stringify(rule)}`];
      case "enum":
        return Array.isArray(rule) && rule.includes(value) ? [] : [`${path} is none of ${JSON.stringify(rule)}`];
      case "pattern":
        return typeof value !== "string" || new RegExp(String(rule), "u").test(value) ? [] : [`${path} is ${value}`];
      case "minimum":
        return typeof value !== "number" || value >= Number(rule) ? [] : [`${path} is ${value}`];
      case "required":
        if (!Array.isArray(rule)) throw new Error(`${path}: "required" is no list`);
        return rule.flatMap((name) =>
          isObject(value) && value[String(name)] === undefined ? [`${path}.${String(name)} is missing`] : [],
        );
      case "properties":
        return Object.entries(isObject(rule) ? rule : {}).flatMap(([name, part]) =>
          isObject(value) && value[name] !== undefined ? inner(part, value[name], `.${name}`) : [],
        );
      case "additionalProperties":
        return Object.entries(isObject(value) ? value : {}).flatMap(([name, of]) => inner(rule, of, `.${name}`));
      case "items":
        return (Array.isArray(value) ? value : []).flatMap((of: unknown, at) => inner(rule, of, `[${at}]`));
      case "oneOf": {
        const fitting = (Array.isArray(rule) ? rule : []).filter((part) => inner(part, value, "").length === 0);
        return fitting.length === 1
          ? []
          : [`${path} fits ${fitting.length} of ${String(Array.isArray(rule) ? rule.length : 0)} forms`];
      }
      case "$ref": {
        const [, name = ""] = /^#\/\$defs\/(\w+)$/.exec(String(rule)) ?? [];
        const definitions = root["$defs"];
        return inner(isObject(definitions) ? definitions[name] : undefined, value, "");
      }
      default:
        throw new Error(`${path}: the keyword ${keyword} is not known`);
    }
  });
}
