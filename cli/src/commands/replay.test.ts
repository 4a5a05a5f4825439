import { fileURLToPath } from "node:url";
import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

let project: ScratchProject;
beforeAll(async () => {
  project = scratchProject();
  expect((await runCommand(["build", project.folder])).exitCode).toBe(0);
});
afterAll(() => project.remove());

const replay = (...argv: string[]) => runCommand(["replay", "-C", project.folder, ...argv]);

describe("the recordings of the project", () => {
  test("are shown stream by stream, each line with its stream, so that grep finds it", async () => {
    const { exitCode, stdout, stderr } = await replay();
    expect(exitCode).toBe(0);
    expect(stderr).toBe("\n3 streams, 3 changed, 1 with a local reply\n");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .filter((line) => !/ time /.test(line));
    expect(lines).toEqual([
      "with-key GET https://shop.example.com/cart 200",
      "with-key response + x-hello: world",
      "without-key GET https://shop.example.com/cart 200 -> 401",
      "without-key request never reaches the upstream",
      "without-key response ~ :status: 200 -> 401",
      "without-key response ~ content-type: application/json -> text/plain",
      "without-key response ~ content-length: 13 -> 18",
      "without-key response + x-hello: world",
      "without-key response ~ body: 13 B -> 18 B",
      "without-key response + missing x-api-key",
      "without-key reply local reply 401",
      "without-key log info no x-api-key",
      "post-with-key POST https://shop.example.com/cart 201",
      "post-with-key response + x-hello: world",
    ]);
    expect(stdout).toMatch(/with-key time on_request_headers [\d.]+ [µm]s, on_response_headers/);
  });

  test("are grouped under titles where a person looks", async () => {
    const { stdout } = await runCommand(["replay", "-C", project.folder, "--only", "with-key"], {
      interactive: true,
    });
    expect(stdout).toMatch(
      /── .*shop\.stream\.jsonl\n\nwith-key {2}GET https:\/\/shop\.example\.com\/cart {2}200\n {2}response {2}\+ x-hello: world\n/,
    );
  });

  test("--json holds the same for machines", async () => {
    const { stdout } = await replay("--json", "--only", "without-key", "--trace");
    const report = JSON.parse(stdout) as { recordings: [{ items: [Record<string, unknown>] }] };
    expect(report.recordings[0].items).toHaveLength(1);
    expect(report.recordings[0].items[0]).toMatchObject({
      id: "without-key",
      outcome: "completed",
      status: { without: "200", with: "401" },
      request: { change: "stopped" },
      localReply: { status: 401 },
      logs: [{ level: "info", text: expect.stringContaining("no x-api-key") as string }],
    });
    expect(report.recordings[0].items[0]["trace"]).toContainEqual({
      thread: "worker-0",
      text: expect.stringContaining("[vm->host] env.proxy_send_local_response(401, ") as string,
    });
  });

  test("--trace prints the calls as Envoy does", async () => {
    const { stdout } = await replay("--trace", "--only", "with-key");
    expect(stdout).toMatch(/^with-key trace worker-0 \[host->vm\] proxy_on_request_headers\(2, 7, 1\)$/m);
    expect(stdout).toMatch(/^with-key trace worker-0 \[host<-vm\] proxy_on_request_headers return: 0$/m);
  });
});

test("bytes of a recording cannot steer the terminal", async () => {
  const events = [
    {
      ev: "req.headers",
      headers: [
        [":authority", "a"],
        [":path", "/"],
        [":method", "GET"],
        [":scheme", "http"],
      ],
      end: true,
    },
    {
      ev: "res.headers",
      // CSI as one byte, and as U+009B in UTF-8.
      headers: [
        [":status", "200"],
        ["x-raw", { b64: Buffer.from("a\u009b31mb\xff", "latin1").toString("base64") }],
        ["x-hello", "a\u009b31mb"],
      ],
      end: false,
    },
    { ev: "res.data", utf8: "\u001b]0;owned\u0007\u202eback", end: true },
  ];
  const lines = events.map((event) => JSON.stringify({ v: 1, id: "evil", at: 0, ...event }));
  const file = project.write("hostile.stream.jsonl", lines.join("\n"));
  const answered = await replay(file);
  const passed = await replay(file, "--trace");
  for (const { stdout, stderr } of [answered, passed]) {
    expect(stderr).toBe("\n1 stream, 1 changed, 1 with a local reply\n");
    expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  }
  expect(answered.stdout).toContain("evil response - x-raw: a\\x9b31mb\\xff\n");
  expect(answered.stdout).toContain("evil response ~ x-hello: a\\x9b31mb -> world\n");
});

test("a body that the recording lacks is the recording's fault, and can be filled in", async () => {
  const entry = {
    startedDateTime: "2026-01-01T00:00:00Z",
    time: 1,
    request: {
      method: "POST",
      url: "http://shop.example.com/uploads",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [
        { name: "host", value: "shop.example.com" },
        { name: "content-type", value: "application/json" },
        { name: "content-length", value: "5" },
      ],
      queryString: [],
      headersSize: -1,
      bodySize: 5,
    },
    response: {
      status: 200,
      statusText: "OK",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [],
      content: { size: 2, mimeType: "text/plain", text: "ok" },
      redirectURL: "",
      headersSize: -1,
      bodySize: 2,
    },
    cache: {},
    timings: { send: 0, wait: 1, receive: 0 },
  };
  const har = { log: { version: "1.2", creator: { name: "test", version: "1" }, entries: [entry] } };
  const file = project.write("upload.har", JSON.stringify(har));
  // This filter reads bodies; one that does not gets along without.
  const guard = fileURLToPath(new URL("../../../examples/json-guard", import.meta.url));
  const lacking = await runCommand(["replay", "-C", guard, file]);
  expect(lacking.exitCode).toBe(0);
  expect(lacking.stdout).toMatch(/outcome \S+: [^\n]*The recording lacks a body; --fill-missing-bodies/);
  const filled = await runCommand(["replay", "-C", guard, file, "--fill-missing-bodies"]);
  expect(filled.stdout).not.toContain("outcome");
  expect(filled.stdout).toContain("local reply 400, details malformed_json");
});

test("a configuration that is no file and no JSON is a wrong command line", async () => {
  const { exitCode, stdout, stderr } = await runCommand([
    "replay",
    "-C",
    project.folder,
    "--config",
    "no such file",
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toBe(
    'error: --config no such file is neither JSON nor a file that can be read (ENOENT); write it like --config \'{"key":"value"}\', or name a file\n',
  );
});

describe("what cannot be replayed is one sentence", () => {
  test.each([
    ["nowhere.har", null, 1, /nowhere\.har: there is no such file; check the path/],
    ["empty.har", "", 1, /empty\.har: is empty/],
    ["text.har", "GET / HTTP/1.1\n", 1, /text\.har: is no HAR, no tap of Envoy and no event file/],
    ["other.json", '{"a":1}', 1, /other\.json: is JSON, but no HAR/],
    ["cut.har", '{"log":{"entries":[', 1, /cut\.har/],
    [
      "entry.har",
      '{"log":{"version":"1.2","entries":[{"request":{"method":7}}]}}',
      1,
      /entry\.har: log\.entries\[0\]/,
    ],
  ])("%s", async (name, content, expected, message) => {
    const file = content === null ? project.path(name) : project.write(name, content);
    const { exitCode, stdout, stderr } = await replay(file);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
  });

  test("an id that no stream has", async () => {
    const { exitCode, stderr } = await replay("--only", "nope");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: no stream has the id nope; run replay without --only[^\n]+\n$/);
  });

  test("a folder without recordings, a project without a module", async () => {
    const empty = scratchProject();
    try {
      rmSync(empty.path("recordings"), { recursive: true });
      expect((await runCommand(["replay", "-C", empty.folder])).stderr).toMatch(
        /^error: there are no recordings in [^\n]+; put a HAR file there/,
      );
      const file = project.path("recordings/shop.stream.jsonl");
      const { exitCode, stderr } = await runCommand(["replay", "-C", empty.folder, file]);
      expect(stderr).toMatch(
        /^error: [^\n]+filter\.wasm does not exist; build the filter first: as-proxy-wasm build\n$/,
      );
      expect(exitCode).toBe(1);
    } finally {
      empty.remove();
    }
  });
});

test("a filter that refuses its configuration ends with Envoy's own lines", async () => {
  const other = scratchProject();
  try {
    other.write("filter.json", '{"name":"my-filter","rootId":"helo","wasm":"build/filter.wasm"}');
    await runCommand(["build", other.folder]);
    const { exitCode, stdout, stderr } = await runCommand(["replay", "-C", other.folder, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ filter: "my-filter", started: false });
    expect(stderr).toContain("hello");
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^error: Envoy would not start with my-filter; /);
  } finally {
    other.remove();
  }
});

test("a singleton sees no streams: every verb that runs them says so", async () => {
  const filter = JSON.parse(readFileSync(project.path("filter.json"), "utf8")) as object;
  project.write("filter.json", JSON.stringify({ ...filter, kind: "singleton" }));
  try {
    for (const argv of [["replay"], ["explore"], ["replay", "--diff-envoy"]]) {
      const { exitCode, stdout, stderr } = await runCommand([...argv, "-C", project.folder]);
      expect(stderr).toBe(
        'error: my-filter is "kind": "singleton" (filter.json): it runs beside the streams and sees none of them; test it in a simulated Envoy with loadFilter, as one of its singletons\n',
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    }
  } finally {
    project.write("filter.json", JSON.stringify(filter));
  }
});
