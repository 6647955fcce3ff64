/** Opens the grammar, then the page. */

import { render } from "preact";
import { App } from "./app.tsx";
import { bookOf } from "./state/book.ts";
import { givenOf } from "./state/given.ts";
import { openGrammar } from "./state/grammar.ts";

const root = document.getElementById("page");
if (root === null) throw new Error("the page has no place to be drawn in");
const given = givenOf(document.getElementById("given")?.textContent ?? "null");
const book = bookOf(await openGrammar());
render(<App book={book} given={given} />, root);
document.documentElement.dataset["ready"] = "true";
// Since the page was asked for: what the reader waits for the first answer.
performance.mark("first-verdict");
