// lowest_bit_not_above() (check "ffs64") lets in a memslot with which a page fault allocates file
// pages that belong to another slot: 0x4000 bytes (4 pages).
//
// Claim folio_avoids_other_slots, broken by the 4 operations below: a folio allocated by a guest's
// fault takes no page of another memslot's file range
//
// Who needs it: Two slots share one folio: a conversion, a memory failure or a punched hole of the one
// concerns the pages of the other, which may be another VM's.
//
// Run:          node ffs64-folio_avoids_other_slots-5025bd7d686a.mjs
// Exit status:  1 while the claim is broken, 0 when it is not (so it serves git bisect run).
//
// The check in C, as it was written. It restates Xiaoyao Li, 2023-03-24.
//
// ---- rule ffs64 (bind) ----
// static bool lowest_bit_not_above(u64 offset, u64 gpa)
// {
// 	return ffs64(offset) <= ffs64(gpa);
// }
// ---- end of rule ----

// The operations. Bytes; size and offset are memory_size and guest_memfd_offset of
// KVM_SET_USER_MEMORY_REGION2.
const OPS = [
  // ---- operations 5025bd7d686a ----
  { op: "bind_memslot", slot: 0, gpa: 0x4000n, size: 0x4000n, offset: 0x4000n },
  { op: "bind_memslot", slot: 1, gpa: 0x0n, size: 0x4000n, offset: 0x0n },
  { op: "set_order", order: 9 },
  { op: "fault", gpa: 0x4000n },
  // ---- end of operations ----
];

// The same in JavaScript. u64 is BigInt; every result is cut to the width of its C type.
function check_ffs64({ offset, gpa }) {
  const fls64 = (n) => BigInt(n === 0n ? 0 : n.toString(2).length); // 1 + number of the highest set bit
  const ffs64 = (n) => fls64(n & -n); // 1 + number of the lowest set bit
  return ffs64(offset) <= ffs64(gpa);
}

// The control: a check with which these operations do no harm.
function control_offset_and_size_1g({ offset, size }) {
  return (offset & 0x3fffffffn) === 0n && (size & 0x3fffffffn) === 0n;
}

// EDIT HERE to try another check: name its function in place of
// check_ffs64; with control_offset_and_size_1g this script exits with 0.
const CHECK = check_ffs64;

const withCheck = (check) => simulate({ bind: check });

// A model of what the kernel does with these operations.
const PAGE = 0x1000n;
const roundDown = (n, size) => n - (n % size);
const overlap = (a, aSize, b, bSize) => a < b + bSize && b < a + aSize;
const hex = (n) => "0x" + n.toString(16);
const range = ({ start, size }) => `[${hex(start)}, ${hex(start + size)})`;

// All ranges are a start and a size in bytes.
function simulate(rules) {
  const slots = []; // bound to the file, in the order they were bound
  let folios = []; // of the file
  let folioSize = PAGE << 0n; // of the next folio
  let fileSize = 0x7ffffffffffff000n;
  const outcome = []; // each fault that broke the claim
  // What the checks here read of a slot and of the file.
  const ofSlot = (slot) => ({ offset: slot.offset, gpa: slot.gpa, size: slot.size });
  const touches_other_slot = (slot, folio) =>
    slots.some((other) => other !== slot && overlap(other.offset, other.size, folio.start, folio.size));
  const does = {
    // KVM_SET_USER_MEMORY_REGION2 with a range of the file. Its checks of one slot by itself (alignment to pages,
    // wrap-around) are left out: these ops pass them.
    bind_memslot(op) {
      if (slots.some((s) => s.slot === op.slot)) return "EINVAL: this slot exists";
      if (slots.some((s) => overlap(s.gpa, s.size, op.gpa, op.size))) return "EEXIST: overlaps another slot";
      if (!rules.bind(ofSlot(op))) return "EINVAL: the check refuses it";
      if (slots.some((s) => overlap(s.offset, s.size, op.offset, op.size))) return "EINVAL: file range already bound";
      slots.push(op);
      return "ok";
    },
    // The size of the folios that the file takes from now on; those it has stay as they are.
    set_order(op) {
      folioSize = PAGE << BigInt(op.order);
      return "ok";
    },
    // A guest touches gpa: find the slot, get the folio.
    fault(op) {
      const slot = slots.find((s) => op.gpa >= s.gpa && op.gpa < s.gpa + s.size);
      if (slot === undefined) return "no slot there";
      const offset = op.gpa - slot.gpa + slot.offset; // of the file; the slot's ends are not looked at again
      let folio = folios.find((f) => overlap(f.start, f.size, offset, PAGE));
      const allocated = folio === undefined;
      if (allocated) {
        folio = { start: roundDown(offset, folioSize), size: folioSize };
        // A page that is there already forbids a large folio over it.
        if (folios.some((f) => overlap(f.start, f.size, folio.start, folio.size))) folio = { start: offset, size: PAGE };
        folios.push(folio);
      }
      // THE CLAIM: a folio allocated by a guest's fault takes no page of another memslot's file range
      if (allocated && touches_other_slot(slot, folio)) {
        outcome.push({
          expected: { start: slot.offset, size: slot.size },
          actual: { start: folio.start, size: folio.size },
        });
      }
      return `asks for file offset ${hex(offset)}, gets folio ${range(folio)}`;
    },
  };
  const steps = OPS.map((op) => does[op.op](op));
  return { steps, outcome };
}

const PICTURE = `
             0x0      0x4000   0x8000                           0x200000
file offset  |--------|--------|---------------//---------------|
slot 0                [########) 16 KiB
fault                 ^ asks for 0x4000
slot 1       [++++++++) 16 KiB
folio        [============= 2 MiB =============//===============)
outside      [xxxxxxxx) 16 KiB
`;

const show = ({ op, ...fields }) =>
  [op, ...Object.entries(fields).map(([name, n]) => `${name}=${typeof n === "bigint" ? hex(n) : n}`)].join(" ");

const { steps, outcome } = withCheck(CHECK);
steps.forEach((step, i) => console.log(`${i + 1}. ${show(OPS[i])}\n   ${step}`));
if (outcome.length > 0) {
  const { expected, actual } = outcome[0];
  console.log("\nfolio_avoids_other_slots is BROKEN:");
  console.log(`  expected  within ${range(expected)}`);
  console.log(`  actual    ${range(actual)}`);
  console.log(PICTURE);
} else {
  console.log("\nfolio_avoids_other_slots holds.");
}

const control = withCheck(control_offset_and_size_1g);
const differs = control.steps.findIndex((step, i) => step !== steps[i]);
console.log(`With offset_and_size_1g it ${control.outcome.length > 0 ? "is broken too" : "holds"}.`);
if (differs >= 0) console.log(`  operation ${differs + 1}: ${control.steps[differs]}`);

process.exitCode = outcome.length > 0 ? 1 : 0;

// For foliofence replay, which reads this file:
// ---- setting 5025bd7d686a ----
// claim=folio_avoids_other_slots
// orders=4K,2M,1G resize=any
// bind_rule=none map_rule=folio_order
// level_rule=stock
// ---- end of setting ----
