// A small shop: what browsers and servers do to each other every day, with answers that are the same every time.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

export const FIXED_DATE = "Thu, 01 Jan 1970 00:00:00 GMT";
const API_KEY = "demo-key";

const file = (name) => readFileSync(new URL(`public/${name}`, import.meta.url));
const items = [
  { id: 1, name: "Tea", price: 2 },
  { id: 2, name: "Crème brûlée", price: 4.5 },
];
const terms = "You may replay this text as often as you like.\n".repeat(40);
const report = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7) % 256));

/** One handler a route; `METHOD /path` first, then `/path`. */
const routes = {
  "/": (_, answer) => send(answer, 200, "text/html; charset=utf-8", file("index.html")),
  "/style.css": (_, answer) => send(answer, 200, "text/css", file("style.css")),
  "/shop.js": (_, answer) => send(answer, 200, "text/javascript", file("shop.js")),
  "/logo.png": (_, answer) => send(answer, 200, "image/png", file("logo.png")),
  "/thanks": (_, answer) =>
    send(answer, 200, "text/html; charset=utf-8", "<!doctype html><title>Thanks</title>Thank you."),
  "GET /api/items": (request, answer) => {
    const limit = Number(new URL(request.url, "http://localhost").searchParams.get("limit") ?? items.length);
    sendJson(answer, 200, items.slice(0, limit));
  },
  "HEAD /api/items": (_, answer) => sendJson(answer, 200, items),
  "POST /api/items": (_, answer, body) => {
    const item = parseJson(body);
    if (item === null) sendJson(answer, 400, { error: "the body is not JSON" });
    else sendJson(answer, 201, { id: 3, ...item }, { location: "/api/items/3" });
  },
  "PUT /api/items/1": (_, answer, body) => sendJson(answer, 200, { id: 1, ...parseJson(body) }),
  "DELETE /api/items/1": (_, answer) => send(answer, 204),
  "/api/account": (request, answer) => {
    const key = request.headers["x-api-key"];
    if (key === undefined)
      sendJson(answer, 401, { error: "x-api-key is missing" }, { "www-authenticate": "ApiKey" });
    else if (key !== API_KEY) sendJson(answer, 403, { error: "x-api-key is not known" });
    else sendJson(answer, 200, { plan: "small", orders: 2 });
  },
  "POST /orders": (_, answer) =>
    send(answer, 303, "text/plain", "See /thanks.\n", {
      location: "/thanks",
      "set-cookie": ["session=abc123; Path=/; HttpOnly", "theme=light; Path=/"],
    }),
  "/old-place": (_, answer) => send(answer, 301, "text/plain", "", { location: "/thanks" }),
  "/terms.txt": (_, answer) =>
    send(answer, 200, "text/plain; charset=utf-8", gzipSync(terms), {
      "content-encoding": "gzip",
      vary: "accept-encoding",
    }),
  "/stream.txt": async (_, answer) => {
    answer.writeHead(200, { "content-type": "text/plain", date: FIXED_DATE });
    for (const line of ["first\n", "second\n", "third\n"]) {
      answer.write(line);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    answer.end();
  },
  "/report.bin": (_, answer) =>
    send(answer, 200, "application/octet-stream", report, {
      "content-disposition": 'attachment; filename="report.bin"',
    }),
  "/uploads": (_, answer, body) => sendJson(answer, 200, { received: body.length }),
  "/repeated-headers": (_, answer) =>
    send(answer, 200, "text/plain", "repeated\n", {
      "x-repeated": ["one", "two", "one"],
      link: ["</a>", "</b>"],
    }),
  "/trailers": (_, answer) => {
    answer.writeHead(200, { "content-type": "text/plain", date: FIXED_DATE, trailer: "x-checksum" });
    answer.write("with trailers\n");
    answer.addTrailers({ "x-checksum": "7f", "x-done": "yes" });
    answer.end();
  },
  "/status/204": (_, answer) => send(answer, 204),
  "/status/304": (_, answer) => send(answer, 304, undefined, undefined, { etag: '"1"' }),
  "/status/404": (_, answer) => send(answer, 404, "text/plain", "There is nothing here.\n"),
  "/status/500": (_, answer) => sendJson(answer, 500, { error: "out of order" }),
  "/broken-connection": (request) => request.socket.destroy(),
};

/** Starts the shop on a free port of 127.0.0.1. */
export async function startSite() {
  const server = createServer({ maxHeaderSize: 128 * 1024 }, async (request, answer) => {
    answer.sendDate = false;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url.split("?", 1)[0];
    const route = routes[`${request.method} ${path}`] ?? routes[path] ?? routes["/status/404"];
    await route(request, answer, Buffer.concat(chunks));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function send(answer, status, type, body, headers = {}) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  answer.writeHead(status, {
    ...(type === undefined ? {} : { "content-type": type }),
    ...(bytes === undefined ? {} : { "content-length": bytes.length }),
    ...headers,
    date: FIXED_DATE,
  });
  answer.end(bytes);
}

function sendJson(answer, status, value, headers = {}) {
  send(answer, status, "application/json", JSON.stringify(value), headers);
}

function parseJson(body) {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
