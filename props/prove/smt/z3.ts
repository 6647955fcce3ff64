/**
 * z3, where its package is installed and it is asked for: text in, an answer and a model out. The only import of z3-solver.
 *
 * The text goes through the API that parses assertions and the check is called directly, so no thread is ever started:
 * nothing keeps the process alive, and nothing reads the text after the call that passed it has returned (which is what
 * goes wrong in eval_smtlib2_string of z3-solver 5.2.0). Every query gets a context of its own, deleted afterwards: an
 * answer never depends on the queries before it, and memory does not grow. The limit is a count of the solver's own
 * steps, not time, so the answer is the same on every machine.
 */

import type { Z3LowLevel } from "z3-solver";
import { leaveWasmUnoptimised } from "../../../sim/unoptimised.ts";
import type { Answer } from "./answer.ts";

/** In this thread: nothing else runs while it thinks. */
export interface Z3 {
  readonly version: string;
  readonly check: (text: string) => Answer;
}

/** Steps of the solver: some seconds. The catalogue's hardest query takes less than a tenth of it. */
const RESOURCE_LIMIT = 10_000_000;

const SAT = 1;
const UNSAT = -1;

type CheckNow = (context: unknown, solver: unknown) => number;

/** The C function itself: the wrapper's own entry starts a thread for it. */
function checkFunction(module_: unknown): CheckNow {
  if (typeof module_ === "object" && module_ !== null && "_Z3_solver_check" in module_) {
    const { _Z3_solver_check: exported } = module_;
    if (typeof exported === "function") return exported as CheckNow; // oxlint-disable-line typescript/no-unsafe-type-assertion -- an untyped export of the WebAssembly module
  }
  throw new Error("z3-solver does not export Z3_solver_check");
}

/** `name -> #x0f`, a line each; a value that is a truth value is a word. */
function parseModel(text: string): Map<string, bigint> {
  const model = new Map<string, bigint>();
  for (const [, name = "", value = ""] of text.matchAll(/^(\S+) -> (\S+)$/gm)) {
    model.set(name, value === "true" ? 1n : value === "false" ? 0n : BigInt(value.replace("#", "0")));
  }
  return model;
}

function check({ Z3 }: Z3LowLevel, checkNow: CheckNow, text: string): Answer {
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  Z3.del_config(config);
  try {
    const solver = Z3.mk_solver_for_logic(context, Z3.mk_string_symbol(context, "QF_BV"));
    Z3.solver_inc_ref(context, solver);
    const params = Z3.mk_params(context);
    Z3.params_inc_ref(context, params);
    Z3.params_set_uint(context, params, Z3.mk_string_symbol(context, "rlimit"), RESOURCE_LIMIT);
    Z3.solver_set_params(context, solver, params);
    Z3.params_dec_ref(context, params);
    Z3.solver_from_string(context, solver, text);
    const error = Z3.get_error_code(context);
    const code: number = error;
    if (code !== 0) throw new Error(`the solver cannot read its query: ${Z3.get_error_msg(context, error)}`);
    const said = checkNow(context, solver);
    if (said === SAT) {
      return { answer: "sat", model: parseModel(Z3.model_to_string(context, Z3.solver_get_model(context, solver))) };
    }
    if (said === UNSAT) return { answer: "unsat" };
    return { answer: "unknown", reason: Z3.solver_get_reason_unknown(context, solver) };
  } finally {
    Z3.del_context(context);
  }
}

/** Is this what Node says when a package is not installed? */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";

/** Load the solver: 35 MB of WebAssembly, compiled beside this thread. @returns undefined where it is not installed */
export async function loadZ3(): Promise<Z3 | undefined> {
  leaveWasmUnoptimised();
  const loaded = await import("z3-solver").catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (loaded === undefined) return undefined;
  const { init } = loaded;
  // On a busy machine the loader grumbles that it is still waiting; an error comes as one.
  const api = await init({ printErr: () => undefined });
  const checkNow = checkFunction(api.em);
  return { version: `z3 ${api.Z3.get_full_version()}`, check: (text) => check(api, checkNow, text) };
}
