/** `foliofence mcp`: the judge as a Model Context Protocol server on stdin and stdout. */

import type { JudgeContext } from "../judge/flags.ts";
import { EXIT, UsageError } from "../terminal/io.ts";
import { TOOLS } from "./tools.ts";

/** The package is an optional peer, and loaded here only. */
async function sdk() {
  try {
    const [{ Server }, { StdioServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all(
      [
        import("@modelcontextprotocol/sdk/server/index.js"),
        import("@modelcontextprotocol/sdk/server/stdio.js"),
        import("@modelcontextprotocol/sdk/types.js"),
      ],
    );
    return { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema };
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code !== "ERR_MODULE_NOT_FOUND") throw error;
    const message =
      "mcp: the package @modelcontextprotocol/sdk is not installed; npm install @modelcontextprotocol/sdk";
    throw new UsageError(message, { cause: error });
  }
}

const INSTRUCTIONS =
  "Checks in C that bind a file to a KVM memslot: whether they keep every allocation inside the slot's part of the " +
  "file. Answers are verdicts of proofs and exhaustive searches, not opinions; a sampled one says so.";

/** How often it looks whether it is asked to stop, in milliseconds. */
const LOOK_EVERY = 100;

/** Serves until its client closes stdin, or a signal comes. */
export async function mcpCommand(context: JudgeContext): Promise<number> {
  const { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema } = await sdk();
  const server = new Server(
    { name: "foliofence", version: context.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: TOOLS.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
      annotations: { readOnlyHint: true, openWorldHint: false, idempotentHint: true },
    })),
  }));
  // One after the other: a judgement takes the whole thread.
  let last: Promise<unknown> = Promise.resolve();
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (tool === undefined) return { content: [{ type: "text", text: `no tool "${params.name}"` }], isError: true };
    const told = last.then(() => tool.call(params.arguments ?? {}, context));
    last = told.catch(() => undefined);
    const { text, code } = await told;
    return { content: [{ type: "text", text }], isError: code === EXIT.usage, _meta: { exit_code: code } };
  });
  await server.connect(new StdioServerTransport());
  const interrupted = await new Promise<boolean>((resolve) => {
    process.stdin.once("end", () => resolve(false));
    process.stdin.once("close", () => resolve(false));
    const timer = setInterval(() => {
      if (!context.io.interrupted()) return;
      clearInterval(timer);
      resolve(true);
    }, LOOK_EVERY);
    timer.unref();
  });
  await last;
  await server.close();
  return interrupted ? EXIT.interrupted : EXIT.holds;
}
