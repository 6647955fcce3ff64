/** Solvers in threads: who gets which text, and that a thread that fails is an error and no answer. */

import { afterEach, describe, expect, it } from "vitest";
import type { Solver } from "../../../props/prove/smt/remote.ts";
import { threadedSolver } from "../../../props/prove/smt/remote.ts";
import type { Answer } from "../../../props/prove/smt/solver.ts";

/**
 * A thread that answers in place of a solver: to "slow" late, to "fail" with a failure, to "again" with its version, and
 * to "die" and "throw" as they say. Its answer names the thread and how many texts it had.
 */
const THREAD = `
  import { parentPort, threadId } from "node:worker_threads";
  let texts = 0;
  parentPort.on("message", (text) => {
    texts += 1;
    const answer = { answer: "unknown", reason: threadId + " " + texts };
    if (text === "die") process.exit(3);
    else if (text === "throw") throw new Error("out of memory");
    else if (text === "throw text") throw "out of words";
    else if (text === "fail") parentPort.postMessage({ failed: "cannot read this" });
    else if (text === "again") parentPort.postMessage({ version: "again" });
    else if (text === "slow") setTimeout(() => parentPort.postMessage(answer), 30);
    else parentPort.postMessage(answer);
  });
  parentPort.postMessage({ version: "a thread" });
`;
const entryOf = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

let solver: Solver | undefined;
afterEach(() => solver?.close());
const open = async (threads: number, text = THREAD): Promise<Solver> =>
  (solver = await threadedSolver(threads, entryOf(text)));

/** Of an answer: which thread, and its how many'th text. */
function from(answer: Answer): [string, string] {
  const [thread = "", texts = ""] = answer.answer === "unknown" ? answer.reason.split(" ") : [];
  return [thread, texts];
}
const all = async (one: Solver, texts: readonly string[]): Promise<[string, string][]> =>
  (await Promise.all(texts.map((text) => one.check(text)))).map(from);

describe("a solver in a thread", () => {
  it("tells its version when it has loaded", async () => {
    expect((await open(1)).version).toBe("a thread");
  });

  it("is not waited for any more once it is stopped, and goes on if it had loaded by then", async () => {
    const stop = new AbortController();
    const forEver = 'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});';
    const loading = threadedSolver(1, entryOf(forEver), stop.signal);
    setTimeout(() => stop.abort(), 20);
    // 0 where it was ended before it ran anything.
    await expect(loading).rejects.toThrow(/^the solver's thread ended with [01]$/);
    await expect(threadedSolver(1, entryOf(THREAD), stop.signal)).rejects.toThrow("aborted");
    const late = new AbortController();
    solver = await threadedSolver(1, entryOf(THREAD), late.signal);
    late.abort();
    expect(from(await solver.check("fast"))[1]).toBe("1");
  });

  it("gets one text at a time, in order", async () => {
    const answers = await all(await open(1), ["slow", "fast", "fast"]);
    expect(answers.map(([, texts]) => texts)).toEqual(["1", "2", "3"]);
    expect(new Set(answers.map(([thread]) => thread)).size).toBe(1);
  });

  it("is one for texts that follow one another, however many there may be", async () => {
    const many = await open(3);
    const answers = [from(await many.check("fast")), from(await many.check("fast"))];
    expect(answers.map(([, texts]) => texts)).toEqual(["1", "2"]);
  });

  it("gets company when it is busy, up to the number there may be", async () => {
    const answers = await all(
      await open(2),
      Array.from({ length: 6 }, () => "slow"),
    );
    expect(new Set(answers.map(([thread]) => thread)).size).toBe(2);
    expect(answers.map(([, texts]) => Number(texts)).reduce((a, b) => Math.max(a, b))).toBeLessThan(6);
  });

  it("that cannot read a text says why, and goes on with the next", async () => {
    const one = await open(1);
    await expect(one.check("fail")).rejects.toThrow("cannot read this");
    await expect(one.check("again")).rejects.toThrow("the solver's thread started twice");
    expect(from(await one.check("fast"))[1]).toBe("3");
  });

  it("that ends is an error", async () => {
    await expect((await open(1)).check("die")).rejects.toThrow("the solver's thread ended with 3");
  });

  it("that throws is its error", async () => {
    await expect((await open(1)).check("throw")).rejects.toThrow("out of memory");
    await expect((await open(1)).check("throw text")).rejects.toThrow("out of words");
  });

  it("that never starts is an error", async () => {
    await expect(open(1, "throw new Error('no wasm')")).rejects.toThrow("no wasm");
    await expect(open(1, "process.exit(4)")).rejects.toThrow("the solver's thread ended with 4");
  });

  it("is gone once it is closed, and so is one that was still starting", async () => {
    const two = await open(2);
    const [one, other] = [two.check("slow"), two.check("fast").catch(String)];
    await one;
    await two.close();
    await other;
    await expect(Promise.race([two.check("fast"), new Promise((resolve) => setTimeout(resolve, 50, "no answer"))])).resolves.toBe("no answer"); // prettier-ignore
  });
});
