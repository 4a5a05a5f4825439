/// <reference lib="dom" />
import asc from "assemblyscript/asc";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Random } from "as-proxy-wasm-sim/explore";
import { configuration } from "../targets/configuration.js";
import { ExchangeHost, type Passed } from "./host.js";
import { type Exchange, makeExchange, type Message } from "./message.js";

const LIMIT = 64;
const MEMORY_LIMIT = 64 * 1024 * 1024;
const SHOWN = 3;

/** Exchanges that are on their way at once. */
const AT_ONCE = 4;

/**
 * Whole exchanges through a compiled filter with the SDK's dispatch: hostile header maps, bodies whose pieces are cut anywhere,
 * ends announced in every way, several streams in turn, and configuration updates between them. How many failed.
 */
export async function fuzzExchanges(folder: string, inputs: number, seed: number): Promise<number> {
  const module = await compileFilter(folder);
  const start = performance.now();
  const random = new Random(seed);
  let host = new ExchangeHost(module);
  let open: Running[] = [];
  let failed = 0;
  let most = 0;
  const fail = (problem: unknown, involved: readonly Exchange[]): void => {
    failed++;
    host = new ExchangeHost(module);
    open = [];
    if (failed > SHOWN) return;
    console.log(`exchange failed: ${String(problem)}`);
    const shown = involved.length === 1 ? smallest(module, involved[0]!) : involved;
    console.log(`  seed ${seed}, exchange ${begun}: ${JSON.stringify(shown)}`);
  };
  let begun = 0;
  while ((begun < inputs || open.length > 0) && failed < 100) {
    try {
      if (random.once(200)) host.start(configuration.generate(random));
      if (open.length < AT_ONCE && begun < inputs) {
        begun++;
        const exchange = makeExchange(random);
        open.push({ exchange, steps: host.exchange(exchange.request, exchange.response) });
      }
      const running = random.pick(open);
      const step = running.steps.next();
      if (step.done !== true) continue;
      open.splice(open.indexOf(running), 1);
      const problem = verdict(running.exchange, step.value);
      if (problem !== undefined) fail(problem, [running.exchange]);
    } catch (trap) {
      fail(
        trap,
        open.map((running) => running.exchange),
      );
    }
    most = Math.max(most, host.memorySize);
    if (host.memorySize > MEMORY_LIMIT) fail("memory grew without bounds", []);
  }
  const rate = Math.round(inputs / ((performance.now() - start) / 1000));
  console.log(
    `exchange: ${inputs - failed} passed, ${failed} failed (${rate} a second, ${(most / 2 ** 20).toFixed(1)} MB)`,
  );
  return failed;
}

interface Running {
  readonly exchange: Exchange;
  readonly steps: ReturnType<ExchangeHost["exchange"]>;
}

/** What is wrong with what came out behind the filter. */
function verdict(
  { request, response }: Exchange,
  passed: { request: Passed; response: Passed },
): string | undefined {
  const problem = requestProblem(request, passed.request);
  if (problem !== undefined || passed.request.reply !== undefined) return problem;
  return responseProblem(response, passed.response);
}

function requestProblem(sent: Message, passed: Passed): string | undefined {
  const body = sent.pieces.join("");
  const announced = sent.headers.find(([name]) => name === "content-length")?.[1] ?? "";
  const announcesTooMuch = /^\d+$/.test(announced) && BigInt(announced) > LIMIT;
  if (passed.reply !== undefined) {
    const right = passed.reply === 413 && (body.length > LIMIT || announcesTooMuch);
    return right ? undefined : `answered ${passed.reply}`;
  }
  if (body.length > LIMIT) return "a body above the limit passed";
  const use = sent.headers.find(([name]) => name === "x-use")?.[1];
  const isChanged = use === "1" || use === "3";
  // Where no body ever came there is none to change.
  if (isChanged && body === "" && passed.body === "") return headersProblem(sent, passed);
  const expected = isChanged ? `<${body}<` : body;
  if (passed.body !== expected)
    return `the request's body is ${JSON.stringify(passed.body)} and not ${JSON.stringify(expected)}`;
  return headersProblem(sent, passed);
}

function responseProblem(sent: Message, passed: Passed): string | undefined {
  const expected = Buffer.from(sent.pieces.join(""), "latin1").map((byte) => byte ^ 0x20);
  if (!Buffer.from(passed.body, "latin1").equals(expected))
    return `the response's body is ${JSON.stringify(passed.body)}`;
  return headersProblem(sent, passed);
}

/** x-copy is the first x-a, every octet, unless no field may have that value (RFC 9110 §5.5). */
function headersProblem(sent: Message, passed: Passed): string | undefined {
  for (const [before, after] of [
    [sent.headers, passed.headers],
    [sent.trailers, passed.trailers],
  ] as const) {
    if (before === null || after === null) continue;
    const first = before.find(([name]) => name === "x-a")?.[1] ?? "none";
    const copies = after.filter(([name]) => name === "x-copy").map(([, value]) => value);
    if (!/[\0-\x08\x0a-\x1f\x7f]/.test(first) && (copies.length !== 1 || copies[0] !== first))
      return `x-copy is ${JSON.stringify(copies)} and not ${JSON.stringify(first)}`;
  }
  return undefined;
}

/** Leaves out fields, pieces and trailers as long as it still fails. */
function smallest(module: WebAssembly.Module, exchange: Exchange): Exchange {
  const fails = (candidate: Exchange): boolean => {
    try {
      const steps = new ExchangeHost(module).exchange(candidate.request, candidate.response);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      return verdict(candidate, step.value) !== undefined;
    } catch {
      return true;
    }
  };
  if (!fails(exchange)) return exchange;
  for (const side of ["request", "response"] as const) {
    for (const part of ["trailers", "pieces", "headers"] as const) {
      for (let i = (exchange[side][part]?.length ?? 0) - 1; i >= 0; i--) {
        const message = exchange[side];
        const candidate = {
          ...exchange,
          [side]: { ...message, [part]: (message[part] as readonly unknown[]).filter((_, at) => at !== i) },
        };
        if (fails(candidate)) exchange = candidate;
      }
    }
  }
  return exchange;
}

/** Compiles the filter as `as-proxy-wasm build` does. */
async function compileFilter(folder: string): Promise<WebAssembly.Module> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      "test/fuzz/assembly/exchange.ts",
      "--config",
      "sdk/asconfig.json",
      "--outFile",
      "exchange.wasm",
      "--baseDir",
      path.resolve(folder, "../.."),
    ],
    {
      readFile: (name: string, directory: string) =>
        readFile(path.resolve(directory, name), "utf8").catch(() => null),
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "exchange.wasm") wasm = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) throw new Error(stderr.toString());
  return new WebAssembly.Module(wasm);
}
