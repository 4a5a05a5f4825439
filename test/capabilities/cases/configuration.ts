import assert from "node:assert/strict";

import type { PluginConfiguration } from "../../lab/index.js";
import type { Capability } from "../capability.js";

const RULES = { mode: "block", rules: [{ header: "x-note", longest: 5 }] };

export const configuration: Capability = {
  page: "configuration",
  async run(stage, it) {
    const forms: readonly (readonly [string, PluginConfiguration])[] = [
      ["text", JSON.stringify(RULES)],
      ["bytes", Buffer.from(JSON.stringify({ ...RULES, reply: { message: "no\n" } }))],
      ["struct", { struct: RULES }],
    ];
    const listeners = await Promise.all(
      forms.map(async ([name, value]) => ({
        ...(await stage.http("limit", { name, configuration: value })),
      })),
    );
    await stage.start({ listeners });
    const note = (value: string) => ({ headers: [["x-note", value]] as const });

    for (const [form] of forms) {
      await it(`is read from a ${form} value`, async () => {
        assert.equal((await stage.ask(form, note("short"))).status, 200);
        const response = await stage.ask(form, note("too long"));
        assert.equal(response.status, 431);
        assert.equal(response.body.toString(), form === "bytes" ? "no\n" : "too long\n");
      });
    }

    const wrong: readonly (readonly [string, PluginConfiguration, string])[] = [
      [
        "a member of the wrong type",
        '{"rules": [{"header": "cookie", "longest": "many"}]}',
        "configuration.rules[0].longest must be a whole number from 1 to 65536; it is a string",
      ],
      ["a missing member", "{}", "configuration.rules is missing"],
      ["a word that is none of the choices", '{"mode": "on", "rules": []}', "configuration.mode must be"],
      ["a name that nobody knows", { struct: { rules: [], ruels: [] } }, "configuration.ruels is unknown"],
      ["no configuration", "", "configuration must be a JSON object; there is none"],
      ["what is no JSON", "{", "configuration is not JSON"],
    ];
    for (const [what, value, reason] of wrong) {
      await it(`refuses ${what} and says where`, async () => {
        const lines = await stage.refusal({
          listeners: [await stage.http("limit", { configuration: value })],
        });
        assert.ok(
          lines.some((line) => line.startsWith(reason)),
          lines.join("\n"),
        );
      });
    }
  },
};
