/**
 * The model that a .mjs carries: memslots, a file and its folios, the fault path, in plain JavaScript on BigInt bytes.
 * Only what the ops of the finding use is written out.
 */

import { archOf } from "../../setting.ts";
import { ownRuleOf, wordsOf } from "../../words/claim-values.ts";
import { claimOf, isAboutOthers, isBinding, isMapping, isOwn } from "../../../model/claim.ts";
import type { Counterexample } from "../../counterexample.ts";
import { endsAtISize, needsMappings, readsOf, rulesOf } from "../../words/claim.ts";
import { usesVms } from "../../words/op-line.ts";

/** Does a rule read what the model does not know? Then an op is told by its number. */
const hasUnknowns = (ce: Counterexample): boolean => rulesOf(ce).some(({ unknowns }) => unknowns.length > 0);

const uses = (ce: Counterexample, name: string): boolean => ce.ops.some(({ op }) => op === name);

/** Must the model refuse to change the folio size late? */
const fixed = (ce: Counterexample): boolean => ce.setting.resize !== "any" && uses(ce, "set_order");

/** A rule's JavaScript throws where its C is undefined, which counts as an answer. */
const canThrow = (ce: Counterexample): boolean =>
  isOwn(ce.claim) || rulesOf(ce).some(({ sites, text }) => sites.length > 0 || /\b(?:while|for|do)\b/.test(text));

const asked = (ce: Counterexample, kind: string, inputs: string, ifUndefined: boolean): string =>
  canThrow(ce) ? `ask(rules.${kind}, ${inputs}, ${ifUndefined})` : `rules.${kind}(${inputs})`;

const ASK = `\
// A check throws where its C is undefined; that counts as this answer.
function ask(check, inputs, ifUndefined) {
  try {
    return check(inputs);
  } catch {
    return ifUndefined;
  }
}

`;

const PAGES = { pgoff: "offset", base_gfn: "gpa", npages: "size", ugfn: "userspace_addr" };

/** What the rules are asked with, of a slot and of the file now; only what any of them reads. */
function ofSlot(ce: Counterexample): string {
  const read = readsOf(ce);
  const bytes = ["offset", "gpa", "size", "userspace_addr"].map((name) => [name, `slot.${name}`]);
  const pages = Object.entries(PAGES).map(([name, of]) => [name, `slot.${of} / PAGE`]);
  const ofFile = [
    ["folio_size", "folioSize"],
    ["i_size", "fileSize"],
  ];
  // Whose given values count: those of the bind, which are the level check's too.
  const given = hasUnknowns(ce) ? [["op", "slot.number"]] : [];
  const known = [...bytes, ...pages, ...ofFile].filter(([name]) => read.some((each) => each === name));
  const members = [...known, ...given];
  return `\
    // What the checks here read of a slot and of the file.
    const ofSlot = (slot) => ({ ${members.map(([name, value]) => `${name}: ${value}`).join(", ")} });
`;
}

/** What is asked of a slot that was bound just now. */
function bound({ claim }: Counterexample): string {
  const { c_text, sentence } = claimOf(claim);
  return `\
      // What must hold: ${sentence}.
      const slot = op;
      const file = { start: 0n, size: fileSize };
      if (${c_text}) outcome.push({ start: slot.offset, size: slot.size });
`;
}

/** What is asked of a slot whether it is bound or not. */
function taken(ce: Counterexample): string {
  const { c_text, sentence } = claimOf(ce.claim);
  const control = `control_${ce.control.rule.id}`;
  const must = canThrow(ce) ? `ask(${control}, ofSlot(op), false)` : `${control}(ofSlot(op))`;
  return `\
      const taken = ${asked(ce, "bind", "ofSlot(op)", false)};
      const must_be_taken = ${must};
      // What must hold: ${sentence}.
      if (${c_text}) outcome.push({ start: op.offset, size: op.size });
      if (!taken) return "EINVAL: the check refuses it";
`;
}

function bindMemslot(ce: Counterexample): string {
  const isAsked =
    ce.claim === "accepts"
      ? taken(ce)
      : `      if (!${asked(ce, "bind", "ofSlot(op)", false)}) return "EINVAL: the check refuses it";\n`;
  const sameVm = usesVms(ce.ops) ? "s.vm === op.vm && " : "";
  return `\
    // KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot by itself (alignment to pages,
    // wrap-around) are left out: these ops pass them.
    bind_memslot(op) {
      if (slots.some((s) => ${sameVm}s.slot === op.slot)) return "EINVAL: this slot exists";
      if (slots.some((s) => ${sameVm}overlap(s.gpa, s.size, op.gpa, op.size))) return "EEXIST: overlaps another slot";
${isAsked}\
      if (slots.some((s) => overlap(s.offset, s.size, op.offset, op.size))) return "EINVAL: file range already bound";
      slots.push(op);
${ce.claim === "binding_in_file" ? bound(ce) : ""}\
${fixed(ce) ? "      everBound = true;\n" : ""}\
      return "ok";
    },
`;
}

const DELETE = (ce: Counterexample): string => `\
    delete_memslot(op) {
      const at = slots.findIndex((s) => ${usesVms(ce.ops) ? "s.vm === op.vm && " : ""}s.slot === op.slot);
      if (at < 0) return "EINVAL: no such slot";
      slots.splice(at, 1);
      return "ok";
    },
`;

const setOrder = (ce: Counterexample): string => `\
    // The size of the folios that the file takes from now on; those it has stay as they are.
    set_order(op) {
${ce.setting.resize === "any" ? "" : '      if (everBound) return "EBUSY: the folio size is fixed once a slot is bound";\n'}\
      folioSize = PAGE << BigInt(op.order);
      return "ok";
    },
`;

const FREE = `\
    // Frees the folios that lie in the range as a whole.
    const free = (start, end) => {
      folios = folios.filter((f) => f.start < start || f.start + f.size > end);
    };
`;
const setISize = (frees: boolean): string => `\
    set_i_size(op) {
${frees ? "      if (op.size <= fileSize) free(op.size, 1n << 64n);\n" : ""}\
      fileSize = op.size;
      return "ok";
    },
`;
const PUNCH = `\
    punch_hole(op) {
      free(op.offset, op.offset + op.size);
      return "ok";
    },
`;

const mapsCutBlocks = ({ setting }: Counterexample): boolean => archOf(setting).maps_cut_blocks === true;

const mapping = (ce: Counterexample): string => `\
      // ${mapsCutBlocks(ce) ? "The largest page is mapped that the folio fills" : "KVM maps the largest page that the folio fills, the slot's ends allow"} and no check forbids.
      let mapped = PAGE;
      for (const size of [PAGE << 18n, PAGE << 9n]) {
${
  mapsCutBlocks(ce)
    ? "        if (size > folio.size) continue;\n"
    : `\
        const block = roundDown(op.gpa, size);
        if (size > folio.size || block < slot.gpa || block + size > slot.gpa + slot.size) continue;
`
}\
        const order = size === PAGE << 18n ? 18n : 9n;
        const page = { ...ofSlot(slot), gfn: op.gpa / PAGE, index: offset / PAGE, order, nr_pages: size / PAGE };
        if (${asked(ce, "level", "page", true)} || !${asked(ce, "map", hasUnknowns(ce) ? "{ ...page, op: op.number }" : "page", false)}) continue;
        mapped = size;
        break;
      }
      const frames = { start: roundDown(op.gpa, mapped), size: mapped };
      const pages = { start: roundDown(offset, mapped), size: mapped };
`;

/** The claim is broken, as an expression. */
function brokenText(ce: Counterexample): string {
  const rule = ownRuleOf(ce);
  if (rule === undefined) return claimOf(ce.claim).c_text;
  const { own, others } = wordsOf(rule, "BigInt((folio.size / PAGE).toString(2).length - 1)");
  const values = [...own, ...others].map(([word, value]) => `${word}: ${value.replace(/^gpa\b/, "op.gpa")}`);
  const fails = `!ask(claim_holds, { ${values.join(", ")} }, false)`;
  const each = isAboutOthers(ce.claim) ? `slots.some((other) => other !== slot && ${fails})` : fails;
  return isMapping(ce.claim) ? each : `allocated && ${each}`;
}

const plainFolio = (ce: Counterexample): string =>
  endsAtISize(ce)
    ? `\
        folio = { start: roundDown(offset, folioSize), size: folioSize };
        // A page that is there already forbids a large folio over it, and the file's end one that would reach past it.
        const isInTheWay = folios.some((f) => overlap(f.start, f.size, folio.start, folio.size));
        if (isInTheWay || folio.start + folio.size > fileSize) folio = { start: offset, size: PAGE };
`
    : `\
        folio = { start: roundDown(offset, folioSize), size: folioSize };
        // A page that is there already forbids a large folio over it.
        if (folios.some((f) => overlap(f.start, f.size, folio.start, folio.size))) folio = { start: offset, size: PAGE };
`;

const hasOrderRule = (ce: Counterexample): boolean => rulesOf(ce).some(({ kind }) => kind === "order");

/** The folio that the order rule lets a fault have. */
const granted = (ce: Counterexample): string => `\
        folio = { start: offset, size: PAGE };
        // The largest that the check allows, of those up to the file's; what is there already forbids one over it.
        for (const order of [${ce.setting.orders
          .filter((order) => order > 0)
          .toReversed()
          .map((order) => `${order}n`)
          .join(", ")}]) {
          const size = PAGE << order;
          const start = roundDown(offset, size);
          const page = { ...ofSlot(slot), index: offset / PAGE, order, nr_pages: size / PAGE };
          if (size > folioSize || !${asked(ce, "order", hasUnknowns(ce) ? "{ ...page, op: op.number }" : "page", false)}) continue;
${endsAtISize(ce) ? "          if (start + size > fileSize) continue;\n" : ""}\
          if (folios.some((f) => overlap(f.start, f.size, start, size))) continue;
          folio = { start, size };
          break;
        }
`;

function fault(ce: Counterexample): string {
  const { subject, sentence } = claimOf(ce.claim);
  const c_text = brokenText(ce);
  const sameVm = usesVms(ce.ops) ? "s.vm === op.vm && " : "";
  const words = needsMappings(ce)
    ? `\`offset \${hex(offset)}, folio \${range(folio)}; gpa \${range(frames)} gets file \${range(pages)}\``
    : `\`asks for file offset \${hex(offset)}, gets folio \${range(folio)}\``;
  return `\
    // A guest touches gpa: find the slot, get the folio${needsMappings(ce) ? ", map it" : ""}.
    fault(op) {
      const slot = slots.find((s) => ${sameVm}op.gpa >= s.gpa && op.gpa < s.gpa + s.size);
      if (slot === undefined) return "no slot there";
      const offset = op.gpa - slot.gpa + slot.offset; // of the file; the slot's ends are not looked at again
      let folio = folios.find((f) => overlap(f.start, f.size, offset, PAGE));
      const allocated = folio === undefined;
      if (allocated) {
${hasOrderRule(ce) ? granted(ce) : plainFolio(ce)}        folios.push(folio);
      }
${needsMappings(ce) ? mapping(ce) : ""}\
      // What must hold: ${sentence}.
      if (${c_text}) outcome.push(${subject});
      return ${words};
    },
`;
}

const OTHERS = `\
    const touches_other_slot = (slot, folio) =>
      slots.some((other) => other !== slot && overlap(other.offset, other.size, folio.start, folio.size));
`;

/** `simulate(rules)`: runs OPS on an empty machine, returns the steps in words and what broke the claim. */
export function modelInJavaScript(ce: Counterexample): string {
  const hasFolios = !isBinding(ce.claim) || uses(ce, "fault");
  const frees = hasFolios && (uses(ce, "set_i_size") || uses(ce, "punch_hole"));
  return `\
const PAGE = 0x1000n;
const roundDown = (n, size) => n - (n % size);
const overlap = (a, aSize, b, bSize) => a < b + bSize && b < a + aSize;
const hex = (n) => "0x" + n.toString(16);
const range = ({ start, size }) => \`[\${hex(start)}, \${hex(start + size)})\`;

${canThrow(ce) ? ASK : ""}\
// All ranges are a start and a size in bytes.
function simulate(rules) {
  const slots = []; // bound to the file, in the order they were bound
${hasFolios ? "  let folios = []; // of the file\n" : ""}\
  let folioSize = PAGE << ${ce.setting.orders[0] ?? 0}n; // of the next folio
  let fileSize = 0x7ffffffffffff000n;
${fixed(ce) ? "  let everBound = false;\n" : ""}\
  const outcome = []; // ${isBinding(ce.claim) ? "the file range of each slot that broke it" : "what each fault that broke it made: a folio or a mapping"}
${indent(ofSlot(ce))}\
${frees ? indent(FREE) : ""}\
${isAboutOthers(ce.claim) && !isOwn(ce.claim) ? indent(OTHERS) : ""}\
  const does = {
${bindMemslot(ce)}\
${uses(ce, "delete_memslot") ? DELETE(ce) : ""}\
${uses(ce, "set_order") ? setOrder(ce) : ""}\
${uses(ce, "set_i_size") ? setISize(frees) : ""}\
${uses(ce, "punch_hole") ? PUNCH : ""}\
${isBinding(ce.claim) ? "" : fault(ce)}\
  };
${hasUnknowns(ce) ? "  run.clear();\n" : ""}\
  const steps = OPS.map(${hasUnknowns(ce) ? "(op, at) => does[op.op]({ ...op, number: at + 1 })" : "(op) => does[op.op](op)"});
  return { steps, outcome };
}
`;
}

/** Two columns to the left: the parts are written as they stand inside \`does\`. */
const indent = (text: string): string => text.replaceAll(/^ {2}/gm, "");
