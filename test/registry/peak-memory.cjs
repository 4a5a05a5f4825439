// Loaded before a program: on its end it writes the most memory it ever had, in kB, to $PEAK_MEMORY_FILE.
const { readFileSync, writeFileSync } = require("node:fs");

process.on("exit", () => {
  // Not getrusage's ru_maxrss, which begins with that of the process it was forked from.
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"));
  writeFileSync(process.env.PEAK_MEMORY_FILE, peak);
});
