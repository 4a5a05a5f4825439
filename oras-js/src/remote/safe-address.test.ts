import { describe, expect, test } from "vitest";
import { isLoopback, requireSafeRealm, requireSafeRedirect } from "./safe-address.js";

const hub = new URL("https://registry.example");
const local = new URL("http://127.0.0.1:5000");

describe("token servers that are asked", () => {
  test.each([
    ["https://auth.example/token", hub],
    ["https://registry.example/token", hub],
    ["http://127.0.0.1:9000/token", local],
    ["http://localhost:9000/token", local],
    ["https://auth.example/token", local],
    ["http://10.1.2.3/token", new URL("http://10.1.2.3:5000")],
  ])("%s for %s", (realm, registry) => expect(requireSafeRealm(realm, registry).href).toBe(realm));
});

describe("token servers that are not", () => {
  test.each([
    ["http://auth.example/token", hub],
    ["http://registry.example/token", hub],
    ["file:///etc/passwd", hub],
    ["https://user:pw@auth.example/token", hub],
    ["https://localhost/token", hub],
    ["https://localhost./token", hub],
    ["https://127.0.0.1/token", hub],
    ["https://2130706433/token", hub],
    ["https://0x7f.1/token", hub],
    ["https://[::1]/token", hub],
    ["https://[::ffff:127.0.0.1]/token", hub],
    ["https://[::ffff:10.0.0.1]/token", hub],
    ["https://[fe80::1]/token", hub],
    ["https://10.0.0.1/token", hub],
    ["https://172.31.0.1/token", hub],
    ["https://192.168.1.1/token", hub],
    ["https://169.254.169.254/latest", hub],
    ["http://169.254.169.254/latest", local],
    ["https://metadata.google.internal/x", hub],
  ])("%s for %s", (realm, registry) => {
    expect(() => requireSafeRealm(realm, registry)).toThrow(
      expect.objectContaining({ code: "ORAS_UNSAFE_REALM" }),
    );
  });

  test.each([undefined, "", "test", "/token"])("a realm that is no URL: %j", (realm) => {
    expect(() => requireSafeRealm(realm, hub)).toThrow(
      expect.objectContaining({ code: "ORAS_INVALID_CHALLENGE" }),
    );
  });
});

test("redirects may lead to storage in a private network, not to the machine itself or down to http", () => {
  for (const target of ["https://cdn.example/x", "https://10.0.0.5:9000/bucket"])
    requireSafeRedirect(new URL(target), hub);
  for (const target of ["http://cdn.example/x", "https://127.0.0.1/x", "https://169.254.169.254/x"]) {
    expect(() => requireSafeRedirect(new URL(target), hub), target).toThrow(
      expect.objectContaining({ code: "ORAS_UNSAFE_REDIRECT" }),
    );
  }
});

test("this machine has several names", () => {
  for (const name of ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"])
    expect(isLoopback(name), name).toBe(true);
  for (const name of ["localhost.example", "10.0.0.1", "127.0.0.1.example"])
    expect(isLoopback(name), name).toBe(false);
});
