// offset_aligned_to_size_level() (check "size_level") lets in a memslot with which a page fault maps
// guest frames to the wrong file pages: 0x100000 bytes (256 pages) off.
//
// Claim mapping_translates, broken by the 3 operations below: guest frame base_gfn + i maps file page
// pgoff + i
//
// Who needs it: The guest sees other data at one address through a large mapping than through a small
// one.
//
// Run:          node size_level-mapping_translates-d40fd3275d80.mjs
// Exit status:  1 while the claim is broken, 0 when it is not (so it serves git bisect run).
//
// The check in C, as it was written. It restates Sean Christopherson, 2023-04-14.
//
// ---- rule size_level (bind) ----
// static u64 largest_page_in(u64 size)
// {
// 	if (size >= SZ_1G)
// 		return SZ_1G;
// 	return size >= SZ_2M ? SZ_2M : SZ_4K;
// }
//
// static bool offset_aligned_to_size_level(u64 offset, u64 size)
// {
// 	return IS_ALIGNED(offset, largest_page_in(size));
// }
// ---- end of rule ----

// The operations. Bytes; size and offset are memory_size and guest_memfd_offset of
// KVM_SET_USER_MEMORY_REGION2.
const OPS = [
  // ---- operations d40fd3275d80 ----
  { op: "bind_memslot", slot: 0, gpa: 0x100000n, size: 0x300000n, offset: 0x0n, userspace_addr: 0x100000n },
  { op: "set_order", order: 9 },
  { op: "fault", gpa: 0x200000n },
  // ---- end of operations ----
];

// The same in JavaScript. u64 is BigInt; every result is cut to the width of its C type.
function check_size_level({ offset, size }) {
  const SZ_1G = 0x40000000n;
  const SZ_2M = 0x200000n;
  const SZ_4K = 0x1000n;
  function largest_page_in(size) {
    if (size >= SZ_1G) {
      return SZ_1G;
    }
    return size >= SZ_2M ? SZ_2M : SZ_4K;
  }
  return (offset & (largest_page_in(size) - 1n)) === 0n;
}

// The control: a check with which these operations do no harm.
function control_offset_and_size_1g({ offset, size }) {
  return (offset & 0x3fffffffn) === 0n && (size & 0x3fffffffn) === 0n;
}

// What else decides in this finding.
function map_folio_order() {
  return true;
}

function level_stock({ base_gfn, nr_pages, ugfn }) {
  return ((base_gfn ^ ugfn) & (nr_pages - 1n)) !== 0n;
}

// EDIT HERE to try another check: name its function in place of
// check_size_level; with control_offset_and_size_1g this script exits with 0.
const CHECK = check_size_level;

const withCheck = (check) => simulate({ map: map_folio_order, level: level_stock, bind: check });

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
  const ofSlot = (slot) => ({ offset: slot.offset, size: slot.size, base_gfn: slot.gpa / PAGE, ugfn: slot.userspace_addr / PAGE });
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
    // A guest touches gpa: find the slot, get the folio, map it.
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
      // KVM maps the largest page that the folio fills, the slot's ends allow and no rule forbids.
      let mapped = PAGE;
      for (const size of [PAGE << 18n, PAGE << 9n]) {
        const block = roundDown(op.gpa, size);
        if (size > folio.size || block < slot.gpa || block + size > slot.gpa + slot.size) continue;
        const order = size === PAGE << 18n ? 18n : 9n;
        const page = { ...ofSlot(slot), gfn: op.gpa / PAGE, index: offset / PAGE, order, nr_pages: size / PAGE };
        if (rules.level(page) || !rules.map(page)) continue;
        mapped = size;
        break;
      }
      const frames = { start: roundDown(op.gpa, mapped), size: mapped };
      const pages = { start: roundDown(offset, mapped), size: mapped };
      // THE CLAIM: guest frame base_gfn + i maps file page pgoff + i
      if (pages.start - slot.offset != frames.start - slot.gpa) {
        outcome.push({
          expected: { start: frames.start - slot.gpa + slot.offset, size: frames.size },
          actual: { start: pages.start, size: pages.size },
        });
      }
      return `offset ${hex(offset)}, folio ${range(folio)}; gpa ${range(frames)} gets file ${range(pages)}`;
    },
  };
  const steps = OPS.map((op) => does[op.op](op));
  return { steps, outcome };
}

const PICTURE = `
             0x0              0x100000         0x200000         0x300000
file offset  |----------------|----------------|----------------|
slot 0       [##################### 3 MiB ######################)
fault                         ^ asks for 0x100000
folio        [============ 2 MiB ==============)
mapped       [------------ 2 MiB --------------)
should map                    [............ 2 MiB ..............)

             0x100000         0x200000                          0x400000
gpa          |----------------|---------------------------------|
slot 0       [##################### 3 MiB ######################)
fault                         ^ guest touches 0x200000
mapped                        [------------ 2 MiB --------------)
`;

const show = ({ op, ...fields }) =>
  [op, ...Object.entries(fields).map(([name, n]) => `${name}=${typeof n === "bigint" ? hex(n) : n}`)].join(" ");

const { steps, outcome } = withCheck(CHECK);
steps.forEach((step, i) => console.log(`${i + 1}. ${show(OPS[i])}\n   ${step}`));
if (outcome.length > 0) {
  const { expected, actual } = outcome[0];
  console.log("\nmapping_translates is BROKEN:");
  console.log(`  expected  ${range(expected)}`);
  console.log(`  actual    ${range(actual)}`);
  console.log(PICTURE);
} else {
  console.log("\nmapping_translates holds.");
}

const control = withCheck(control_offset_and_size_1g);
const differs = control.steps.findIndex((step, i) => step !== steps[i]);
console.log(`With offset_and_size_1g it ${control.outcome.length > 0 ? "is broken too" : "holds"}.`);
if (differs >= 0) console.log(`  operation ${differs + 1}: ${control.steps[differs]}`);

process.exitCode = outcome.length > 0 ? 1 : 0;

// For foliofence replay, which reads this file:
// ---- setting d40fd3275d80 ----
// claim=mapping_translates
// orders=4K,2M,1G resize=any
// bind_rule=none map_rule=folio_order
// level_rule=stock
// ---- end of setting ----
