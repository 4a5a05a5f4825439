import * as message from "./message";

/**
 * Where a failed assertion, an index out of range or a `throw` ends: one critical log line that says what
 * happened and where, then the trap. The host prints nothing more about it, and a trap ends the VM for all
 * later requests (abi.md 11), so the line must carry everything there is to know.
 */
export function abort(text: string | null, file: string | null, line: u32, column: u32): void {
  const size: usize = 64 + (text ? <usize>text.length * 3 : 0) + (file ? <usize>file.length * 3 : 0);
  message.begin(size);
  message.text(text ? text : "abort");
  message.text(" at ");
  if (file) message.text(file);
  message.text(":");
  message.decimal(line);
  message.text(":");
  message.decimal(column);
  message.logCritical();
  unreachable();
}
