/** One message of Envoy's log, made with `--log-format '[%t][%l][%n] %v'`. Text is a byte string: plugins log any octets. */
export interface LogMessage {
  readonly threadId: string;
  readonly level: string;
  readonly logger: string;
  readonly text: string;
}

const PREFIX = /^\[(\d+)\]\[(trace|debug|info|warning|error|critical)\]\[([a-z0-9_]+)\] /;
const NEXT = /\n(?=\[\d+\]\[(?:trace|debug|info|warning|error|critical)\]\[[a-z0-9_]+\] )/;

/** A message may hold line breaks; it ends where the next one begins. */
export function parseLog(log: string): LogMessage[] {
  const messages: LogMessage[] = [];
  for (const text of log.replace(/\n$/, "").split(NEXT)) {
    const match = PREFIX.exec(text);
    if (match === null) continue;
    const [prefix, threadId = "", level = "", logger = ""] = match;
    messages.push({ threadId, level, logger, text: text.slice(prefix.length) });
  }
  return messages;
}

/** A line of the ABI trace: a call between host and VM, its return, or what three WASI calls add (abi.md F.7). */
export function isTrace(message: LogMessage): boolean {
  return (
    message.logger === "wasm" &&
    message.level === "trace" &&
    /^\[(host->vm|host<-vm|vm->host|vm<-host)\] |^wasi_unstable /.test(message.text)
  );
}

/** Everything else that Envoy's wasm logger says: what plugins log, what fails, which VMs come and go. */
export function isPluginLog(message: LogMessage): boolean {
  return message.logger === "wasm" && !isTrace(message);
}
