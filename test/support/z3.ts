/** z3, which tests hold the prover's own solver against. */

import type { Z3 } from "../../props/prove/smt/z3.ts";
import { loadZ3 } from "../../props/prove/smt/z3.ts";

export async function openZ3(): Promise<Z3> {
  const z3 = await loadZ3();
  if (z3 === undefined) throw new Error("the tests need z3-solver");
  return z3;
}
