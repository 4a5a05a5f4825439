import type { Probe, ProbeConfiguration } from "../probe.js";
import { stream } from "../streams.js";

const allowing = (...allowedCapabilities: string[]): ProbeConfiguration => ({
  plugin: { capabilityRestrictionConfig: { allowedCapabilities } },
});

export const probe: Probe = {
  streams: [stream("get")],
  configurations: {
    everything: allowing(),
    "one-callback": allowing("proxy_on_request_headers", "no_such_capability"),
    "log-and-callback": allowing("proxy_on_request_headers", "proxy_log"),
    "no-callback": allowing("proxy_log"),
    wasi: allowing("proxy_on_context_create", "proxy_log", "fd_write", "random_get"),
    "other-capabilities-other-vm": {
      ...allowing("proxy_on_configure", "proxy_log"),
      beside: [{ name: "q", plugin: { capabilityRestrictionConfig: { allowedCapabilities: [] } } }],
    },
  },
};
