/**
 * Checks proofs that clauses contradict each other. It imports nothing, so it shares no code with the solver that wrote
 * them: what it accepts is right however wrong that is.
 *
 * A proof is a list of steps (LRAT). A step gives a clause an id and lists the ids of clauses that it follows from: make
 * every literal of the new clause false; each listed clause must then have exactly one literal left that is not false, which
 * is made true, until the last listed clause has none. A proof ends with the empty clause.
 */

/** Numbers as the texts have them: clauses end with 0; a step is its id, literals, 0, ids, 0; a deletion is 0, ids, 0. */
export type Numbers = Int32Array;

interface Clauses {
  readonly cnf: Numbers;
  readonly proof: Numbers;
  /** Clauses that were given; those with greater ids are the proof's. */
  readonly given: number;
  /** By id: where its literals start; they end with a 0. One that was deleted, or is not there, has none. */
  readonly starts: (number | undefined)[];
}

function clausesOf(cnf: Numbers, proof: Numbers): Clauses {
  const starts: (number | undefined)[] = [undefined];
  let start = 0;
  for (let at = 0; at < cnf.length; at++) {
    if (cnf[at] !== 0) continue;
    starts.push(start);
    start = at + 1;
  }
  return { cnf, proof, given: starts.length - 1, starts };
}

/** Does the clause at [start, end) of the proof follow by the ids at [from, to)? @returns what is wrong, if anything */
function wrongIn({ cnf, proof, given, starts }: Clauses, start: number, end: number, from: number, to: number): string {
  const isFalse = new Set<number>();
  for (let at = start; at < end; at++) isFalse.add(proof[at] ?? 0);
  for (const literal of isFalse) if (isFalse.has(-literal)) return "the clause says a literal and its opposite";
  for (let at = from; at < to; at++) {
    const hint = proof[at] ?? 0;
    const first = starts[hint];
    if (first === undefined) return `there is no clause ${hint}`;
    const numbers = hint <= given ? cnf : proof;
    let left = 0;
    for (let k = first; numbers[k] !== 0; k++) {
      const literal = numbers[k] ?? 0;
      if (literal === left || isFalse.has(literal)) continue;
      if (left !== 0) return `clause ${hint} has more than one literal left`;
      left = literal;
    }
    if (left === 0) return at === to - 1 ? "" : "ids follow the contradiction";
    if (isFalse.has(-left)) return `clause ${hint} is true already`;
    isFalse.add(-left);
  }
  return "no contradiction";
}

/** @returns what is wrong with the proof, in a line; undefined if the clauses surely contradict each other */
export function wrongInProof(cnf: Numbers, proof: Numbers): string | undefined {
  if (cnf.length > 0 && cnf.at(-1) !== 0) return "the last clause has no end";
  const clauses = clausesOf(cnf, proof);
  const { starts } = clauses;
  let last = clauses.given;
  for (let at = 0; at < proof.length;) {
    const id = proof[at] ?? 0;
    const middle = proof.indexOf(0, at + 1);
    if (middle < 0) return "the last step has no end";
    if (id === 0) {
      for (const gone of proof.subarray(at + 1, middle)) {
        if (starts[gone] === undefined) return `there is no clause ${gone} to delete`;
        starts[gone] = undefined;
      }
      at = middle + 1;
      continue;
    }
    const end = proof.indexOf(0, middle + 1);
    if (end < 0) return "the last step has no end";
    if (id <= last) return `step ${id} comes after step ${last}`;
    const wrong = wrongIn(clauses, at + 1, middle, middle + 1, end);
    if (wrong !== "") return `step ${id}: ${wrong}`;
    if (middle === at + 1) return undefined;
    starts[id] = at + 1;
    last = id;
    at = end + 1;
  }
  return "the proof does not come to the empty clause";
}

const integers = (text: string): number[] | undefined => {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return words.every((word) => /^-?\d{1,9}$/.test(word)) ? words.map(Number) : undefined;
};

/** Clauses from DIMACS text. @returns what is wrong with it, in a line, if it cannot be read */
export function readCnf(text: string): Numbers | string {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("c"));
  const [, variables, clauses] = /^p cnf (\d+) (\d+)$/.exec(lines[0] ?? "") ?? [];
  if (variables === undefined) return "it does not start with its numbers of variables and clauses";
  const numbers: number[] = [];
  for (const line of lines.slice(1)) {
    const read = integers(line);
    if (read === undefined) return `not a clause: ${line.slice(0, 60)}`;
    for (const each of read) numbers.push(each);
  }
  if (numbers.some((literal) => Math.abs(literal) > Number(variables)))
    return `it has more than ${variables} variables`;
  const found = numbers.filter((literal) => literal === 0).length;
  return found === Number(clauses) ? Int32Array.from(numbers) : `it has ${found} clauses, not ${clauses}`;
}

/** Steps from LRAT text. @returns what is wrong with it, in a line, if it cannot be read */
export function readProof(text: string): Numbers | string {
  const numbers: number[] = [];
  for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("c"))) {
    const [, deleted] = /^\d+ d (.*)$/.exec(line) ?? [];
    const read = integers(deleted ?? line);
    const zeros = read?.filter((each) => each === 0).length;
    if (read?.at(-1) !== 0 || zeros !== (deleted === undefined ? 2 : 1)) return `not a step: ${line.slice(0, 60)}`;
    for (const each of deleted === undefined ? read : [0, ...read]) numbers.push(each);
  }
  return Int32Array.from(numbers);
}
