import { logout as logOut } from "oras-js";
import { defineCommand, json, required } from "../command.js";
import { readRegistry } from "../registry/address.js";

export const logout = defineCommand({
  name: "logout",
  summary: "forget what login keeps",
  arguments: { registry: required("host, and a port if it has one: ghcr.io, 127.0.0.1:5000") },
  options: { json },
  async run(input, terminal) {
    const registry = readRegistry(input.registry);
    const removed = await logOut(registry);
    if (input.json) terminal.json({ registry, removed });
    else terminal.out(removed ? `logged out of ${registry}` : `there was no login for ${registry}`);
    return 0;
  },
});
