// Recordings that say more than streams: answers to callouts, time, updates, connections.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

/** Asks authn about every request, counts ticks, and puts its configuration on every response. */
const guarding = `
import {
  Configuration, Headers, HeadersAction, HttpCallHandler, HttpFilter, HttpRequest, HttpResponse, log, Plugin, registerHttpFilter,
} from "as-proxy-wasm-sdk";

class Settings extends Plugin {
  mode: string = "none";
  onConfigure(configuration: Configuration): bool {
    this.mode = configuration.text();
    if (this.mode == "bad") return false;
    this.setTickPeriod(1000);
    return true;
  }
  onTick(): void { log.info("tick"); }
}

class Guard extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!HttpRequest.get("authn", headers.get(":path")!).timeout(500).send(this, new Decide())) {
      this.sendLocalReply(503, "no authn");
    }
    return HeadersAction.StopAllIterationAndWatermark;
  }
  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-mode", this.plugin<Settings>().mode);
    return HeadersAction.Continue;
  }
}

class Decide extends HttpCallHandler<Guard> {
  onResponse(guard: Guard, response: HttpResponse): void {
    if (response.ok) guard.resumeRequest();
    else guard.sendLocalReply(403, response.body.text());
  }
}

registerHttpFilter<Guard, Settings>("hello");
`;

const line = (fields: object): string => `${JSON.stringify({ v: 1, at: 0, ...fields })}\n`;

function stream(id: string, ...more: object[]): string {
  const headers = [
    [":authority", "a.example"],
    [":path", `/${id}`],
    [":method", "GET"],
    [":scheme", "http"],
  ];
  return [
    line({ id, ev: "req.headers", headers, end: true }),
    line({ id, ev: "res.headers", headers: [[":status", "200"]], end: false }),
    line({ id, ev: "res.data", utf8: "ok", end: true }),
    ...more.map((fields) => line({ id, ...fields })),
  ].join("");
}

const answer = (status: number, text = "") => ({ status, body: { utf8: text } });
const own = (status: number, text?: string) => ({
  ev: "callout",
  cluster: "authn",
  answer: answer(status, text),
});

let project: ScratchProject;
beforeAll(async () => {
  project = scratchProject();
  project.write("assembly/index.ts", guarding);
  const built = await runCommand(["build", project.folder]);
  expect(built).toMatchObject({ exitCode: 0 });
});
afterAll(() => project.remove());

const reproducible = ["--now", "2026-01-31T12:00:00Z", "--no-times"];
const replay = (file: string, ...argv: string[]): Promise<CommandResult> =>
  runCommand(["replay", "-C", project.folder, "--config", '"start"', file, ...reproducible, ...argv]);

describe("a recording with all of it", () => {
  const recording = [
    line({ ev: "callout", cluster: "authn", match: [[":path", "/stands"]], answer: answer(200) }),
    line({ ev: "callout", cluster: "keys", answer: answer(200) }),
    stream("stands"),
    stream("denied", own(403, "not you"), own(200)),
    line({ ev: "advance", ms: 2000 }),
    line({ ev: "config", plugins: [{ plugin: "my-filter", utf8: "next" }] }),
    line({ ev: "config", plugins: [{ plugin: "my-filter", utf8: "bad" }], expect: "rejected" }),
    stream("allowed", own(200)),
    line({ ev: "config", plugins: [{ plugin: "other", utf8: "" }] }),
    line({ id: "mail", ev: "tcp.open" }),
    line({ id: "mail", ev: "done" }),
  ].join("");

  test("is replayed in its order; what is of another plugin is skipped; unused answers are listed at the end", async () => {
    const { exitCode, stdout, stderr } = await replay(project.write("all.stream.jsonl", recording));
    expect(stdout.trimEnd().split("\n")).toEqual([
      "stands GET http://a.example/stands 200",
      'stands response + x-mode: "start"',
      "stands callout authn GET /stands: answered",
      "denied GET http://a.example/denied 200 -> 403",
      "denied request never reaches the upstream",
      "denied response ~ :status: 200 -> 403",
      "denied response + content-length: 7",
      "denied response + content-type: text/plain",
      'denied response + x-mode: "start"',
      "denied response ~ body: 2 B -> 7 B",
      "denied response + not you",
      "denied reply local reply 403",
      "denied callout authn GET /denied: answered",
      "advance 2.0 s completed",
      ...Array.from({ length: 4 }, () => "advance log info tick"),
      "update my-filter accepted",
      "update my-filter rejected",
      "update log error Wasm VM failed Failed to configure base Wasm plugin",
      "update log critical Plugin my-filter failed to load",
      "update log critical Plugin configured to fail closed failed to load",
      "update log critical Plugin configured to fail closed failed to load",
      "allowed GET http://a.example/allowed 200",
      "allowed response + x-mode: next",
      "allowed callout authn GET /allowed: answered",
    ]);
    expect(stderr.trimEnd().split("\n")).toEqual([
      'skipped all.stream.jsonl: it updates the plugin "other", and the filter is "my-filter"',
      "skipped all.stream.jsonl, line 19: it is a TCP connection, and the filter is one of HTTP streams",
      "",
      "recorded answers that no filter asked for:",
      "  keys   any call  of all streams",
      "  authn  any call  of 1 stream",
      "",
      "3 streams, 3 changed, 2 updates, 1 with a local reply",
    ]);
    expect(exitCode).toBe(0);
    const report = project.path("all.html");
    await replay(project.path("all.stream.jsonl"), "--report", report);
    expect(readFileSync(report, "utf8")).toContain(
      "2 updates of the recording stand in the result as text and as JSON, not on this page.",
    );
  });
});

describe("a callout that nothing answers", () => {
  test("fails the replay, and says which", async () => {
    const file = project.write("unanswered.stream.jsonl", stream("asks") + stream("other", own(200)));
    const { exitCode, stdout, stderr } = await replay(file);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("asks callout authn GET /asks: unknown cluster, the recording has no answer\n");
    expect(stderr).toContain(
      "\n2 streams, 2 changed, 1 with a local reply, 1 with a callout that nothing answers\n",
    );
    const tolerant = await replay(file, "--on-unhandled-callout", "as-envoy");
    expect(tolerant.exitCode).toBe(0);
    expect(tolerant.stdout).toBe(stdout);
  });

  test("can be answered by a file of its own, named before the recording", async () => {
    const answers = project.write(
      "answers.stream.jsonl",
      line({ ev: "callout", cluster: "authn", answer: answer(200) }),
    );
    const file = project.write("plain.stream.jsonl", stream("a") + stream("b"));
    const { exitCode, stderr } = await replay(answers, file);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "\n2 streams, 2 changed\n" });
  });
});

describe("however it is split", () => {
  const many = [
    line({ ev: "callout", cluster: "authn", answer: answer(200) }),
    ...Array.from({ length: 25 }, (_, n) =>
      n === 7
        ? line({ ev: "config", plugins: [{ plugin: "my-filter", utf8: "second" }] })
        : n === 9
          ? line({ ev: "config", plugins: [{ plugin: "my-filter", utf8: "bad" }] })
          : n === 13
            ? line({ ev: "callout", cluster: "authn", answer: answer(403) })
            : n % 5 === 4
              ? line({ ev: "advance", ms: 1500 })
              : stream(`s${n}`, ...(n % 6 === 0 ? [own(200), own(500)] : [])),
    ),
  ].join("");

  test("an Envoy that takes over has the updates and answers from before; shards and workers come to the same", async () => {
    const file = project.write("many.stream.jsonl", many);
    const split = ["--streams-per-envoy", "4"];
    const whole = await replay(file, ...split, "--json");
    const { recordings } = JSON.parse(whole.stdout) as {
      recordings: [
        { items: { kind: string; id?: string; envoy: number; outcome: string; response: unknown }[] },
      ];
    };
    const { items } = recordings[0];
    expect(items.find(({ outcome }) => outcome === "rejected")).toMatchObject({
      kind: "update",
      fault: "filter",
      explanation: "The filter does not take its configuration; Envoy goes on with the old one.",
    });
    expect(items.findLast(({ id }) => id === "s18")).toMatchObject({
      envoy: 3,
      localReply: null,
      callouts: [{ cluster: "authn", outcome: "answered" }],
      response: { headers: [{ change: "added", name: "x-mode", value: "second" }] },
    });
    expect(items.findLast(({ id }) => id === "s17")).toMatchObject({ localReply: { status: 403 } });
    expect(whole.exitCode).toBe(1);
    expect(await replay(file, ...split, "--json", "--workers", "3")).toEqual(whole);

    const parts: string[] = [];
    for (const index of [1, 2, 3]) {
      const part = project.path(`part-${index}.json`);
      await replay(file, ...split, "--json", "--shard", `${index}/3`, "--output", part);
      parts.unshift(part);
    }
    expect(await runCommand(["merge", ...parts, "--json"])).toEqual(whole);
    const text = await replay(file, ...split);
    expect(await runCommand(["merge", ...parts])).toEqual(text);
    expect((await runCommand(["merge", ...parts, "--report", project.path("merged.html")])).stderr).toMatch(
      /part-1\.json: has nothing that a report could show; give every replay --shard I\/N --json the option --report\n$/,
    );
    expect(text.stderr).toContain("\nrecorded answers that no filter asked for:\n  authn  any call  of ");
  });
});

test("what record wrote of a site and of a service replays to what the filter did in between", async () => {
  const site = await listening((path) => [200, `page ${path}`]);
  let calls = 0;
  const service = await listening((path) => {
    if (path === "/moody") return [200 + calls++, ""];
    return path === "/secret" ? [403, "not you"] : [200, ""];
  });
  const record = async (upstream: Listening, output: string, paths: readonly string[], ...more: string[]) => {
    const port = await freePort();
    const done = runCommand([
      ...["record", "--upstream", `http://127.0.0.1:${upstream.port}`, "--port", `${port}`],
      ...["--limit", `${paths.length}`, "-o", output, ...more],
    ]);
    for (const path of paths) await fetchWhenUp(`http://127.0.0.1:${port}${path}`);
    const result = await done;
    expect(result).toMatchObject({ exitCode: 0 });
    return result;
  };
  try {
    const [answers, pages] = [project.path("authn.stream.jsonl"), project.path("site.stream.jsonl")];
    const { stderr } = await record(service, answers, ["/moody", "/moody"], "--as-callouts", "authn");
    expect(stderr).toMatch(
      /\nnote: GET \/moody was answered in several ways, and the last one stands; --match NAME tells such calls apart by a header\n/,
    );
    await record(service, answers, ["/open", "/secret"], "--as-callouts", "authn");
    await record(site, pages, ["/open", "/secret"]);
    const { exitCode, stdout } = await runCommand([
      ...["replay", "-C", project.folder, answers, pages, ...reproducible, "--json"],
    ]);
    expect(exitCode).toBe(0);
    const { recordings, unusedCallouts } = JSON.parse(stdout) as {
      recordings: { items: Record<string, unknown>[] }[];
      unusedCallouts: unknown[];
    };
    expect(recordings[0]!.items).toEqual([]);
    expect(recordings[1]!.items).toMatchObject([
      { status: { without: "200", with: "200" }, callouts: [{ path: "/open", outcome: "answered" }] },
      {
        status: { without: "200", with: "403" },
        localReply: { status: 403 },
        response: { body: { lines: [{ kind: "added", text: "not you" }] } },
      },
    ]);
    expect(unusedCallouts).toEqual([]);
  } finally {
    await site.close();
    await service.close();
  }
});

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

async function listening(answer: (path: string) => [number, string]): Promise<Listening> {
  const server = createServer((request, response) => {
    const [status, text] = answer(request.url ?? "");
    response.writeHead(status, { "content-length": Buffer.byteLength(text) }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

async function freePort(): Promise<number> {
  const server = await listening(() => [200, ""]);
  await server.close();
  return server.port;
}

/** The command listens a moment after it was started. */
async function fetchWhenUp(url: string): Promise<void> {
  for (;;) {
    try {
      await (await fetch(url)).text();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

test("the parts of a replay merge into its report", async () => {
  const file = project.write(
    "report.stream.jsonl",
    Array.from({ length: 9 }, (_, n) => stream(`s${n}`, own(200))).join(""),
  );
  const options = ["--streams-per-envoy", "2"];
  expect(await replay(file, ...options, "--report", project.path("whole.html"))).toMatchObject({
    exitCode: 0,
  });
  const parts: string[] = [];
  for (const index of [1, 2]) {
    const part = project.path(`described-${index}.json`);
    const shard = [
      "--shard",
      `${index}/2`,
      "--json",
      "--report",
      project.path(`${index}.html`),
      "--output",
      part,
    ];
    expect(await replay(file, ...options, ...shard)).toMatchObject({ exitCode: 0 });
    parts.push(part);
  }
  const merged = await runCommand(["merge", ...parts, "--report", project.path("merged.html"), "--json"]);
  expect(merged.stdout).toBe((await replay(file, ...options, "--json")).stdout);
  const page = readFileSync(project.path("merged.html"), "utf8");
  expect(page).toBe(readFileSync(project.path("whole.html"), "utf8"));
  expect(page).toContain('"id":"s8"');
});

test("connections go through a network filter", async () => {
  const tcp = scratchProject();
  try {
    tcp.write(
      "assembly/index.ts",
      `import { NetworkAction, NetworkFilter, registerNetworkFilter, StreamData } from "as-proxy-wasm-sdk";
class Shout extends NetworkFilter {
  onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    data.append(Uint8Array.wrap(String.UTF8.encode("!")));
    return NetworkAction.Continue;
  }
}
registerNetworkFilter<Shout>("hello");`,
    );
    const manifest = JSON.parse(readFileSync(tcp.path("filter.json"), "utf8")) as object;
    tcp.write("filter.json", JSON.stringify({ ...manifest, kind: "network" }));
    expect(await runCommand(["build", tcp.folder])).toMatchObject({ exitCode: 0 });
    const file = tcp.write(
      "mail.stream.jsonl",
      [
        line({ id: "mail", ev: "tcp.open" }),
        line({ id: "mail", ev: "tcp.data", from: "client", utf8: "helo" }),
        line({ id: "mail", ev: "tcp.data", from: "upstream", utf8: "250 ok" }),
        line({ id: "mail", ev: "tcp.end", from: "client" }),
        line({ id: "mail", ev: "tcp.end", from: "upstream" }),
      ].join(""),
    );
    const { exitCode, stdout, stderr } = await runCommand([
      "replay",
      "-C",
      tcp.folder,
      file,
      ...reproducible,
    ]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: [
        "mail TCP to upstream completed",
        "mail upstream ~ bytes: 4 B -> 6 B",
        "mail upstream - helo",
        "mail upstream + helo!!",
        "",
      ].join("\n"),
      stderr: "\n1 connection, 1 changed\n",
    });
  } finally {
    tcp.remove();
  }
});
