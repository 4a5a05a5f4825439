// What the page asks of its server, one request after another, so that a recording has them in this order.
const json = { "content-type": "application/json" };

async function visit() {
  await fetch("/api/items");
  await fetch("/api/items?limit=1&sort=name%20asc");
  await fetch("/api/items", {
    method: "POST",
    headers: json,
    body: JSON.stringify({ name: "Crème brûlée", price: 4.5, tags: ["sweet", "cold"] }),
  });
  await fetch("/api/items", { method: "POST", headers: json, body: '{"name": "broken", ' });
  await fetch("/api/items", { method: "POST", headers: json, body: "" });
  await fetch("/api/items/1", { method: "PUT", headers: json, body: '{"name":"Tea","price":2}' });
  await fetch("/api/items/1", { method: "DELETE" });
  await fetch("/api/account");
  await fetch("/api/account", { headers: { "x-api-key": "wrong-key" } });
  await fetch("/api/account", { headers: { "x-api-key": "demo-key" } });
  await fetch("/terms.txt");
  await fetch("/stream.txt");
  await fetch("/report.bin");
  await fetch("/uploads", { method: "POST", body: new Uint8Array([0, 1, 2, 0xfe, 0xff]) });
  await fetch("/repeated-headers");
  await fetch("/status/204");
  await fetch("/status/404");
  await fetch("/status/500");
  await fetch("/old-place");
  await fetch("/api/items", { method: "HEAD" });
  await fetch("/broken-connection").catch(() => {});
  document.title = "Visited";
}

await visit();
