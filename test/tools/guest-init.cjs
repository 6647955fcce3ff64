#!/bin/node
/*
 * The first and only process of an emulated machine: it mounts what conform reads, loads KVM, compares the models with the kernel
 * and sends traces and the report over the second serial line. other-kernels.sh puts it into an initramfs as /init.
 */

const { appendFileSync, existsSync, mkdirSync, openSync, readFileSync } = require("node:fs");

const koffi = require("./project/node_modules/koffi");
const libc = koffi.load("libc.so.6");
const mount = libc.func(
  "int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)",
);
const finitModule = libc.func("int64_t syscall(int64_t n, int64_t fd, const char *parameters, int64_t flags)");
const reboot = libc.func("int reboot(int how)");
const FINIT_MODULE = 313;
const POWER_OFF = 0x4321fedc;

for (const [type, at] of [["proc", "/proc"], ["sysfs", "/sys"], ["devtmpfs", "/dev"]]) mount(type, at, type, 0, null); // prettier-ignore
mkdirSync("/dev/shm", { recursive: true });
for (const name of ["irqbypass", "kvm", "kvm-amd"]) {
  const file = `/modules/${name}.ko`;
  if (existsSync(file)) finitModule(FINIT_MODULE, openSync(file, "r"), "", 0);
}

const { ops, seed, traces, kinds } = JSON.parse(readFileSync("/arguments.json", "utf8"));

async function run() {
  const { conform } = await import("/project/props/conform/conform.js");
  const { escapeText, showEscape } = await import("/project/props/conform/escape.js");
  const { traceText } = await import("/project/sim/kernel/trace-file.js");
  const send = (value) => appendFileSync("/dev/ttyS1", `${traceText(value)}\n`);
  const left = { shmem: traces, shmem2: traces, mapping: traces };
  const record = (trace) => {
    if (left[trace.family]-- > 0) send(trace);
  };
  const started = Date.now();
  const asked = kinds.length > 0 ? { kinds } : {};
  const report = await conform({ ops, seed, record, ...asked, onProgress: (n) => console.log(`${n} ops`) });
  if (kinds.length === 0) send({ escape: escapeText(await showEscape()).split("\n") });
  send({ report: { ...report, seconds: Math.round((Date.now() - started) / 1000) } });
}

run()
  .catch((thrown) => {
    console.log(thrown);
    appendFileSync("/dev/ttyS1", '{"failed":true}\n');
  })
  .finally(() => setTimeout(() => reboot(POWER_OFF | 0), 200));
