import "server-only";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { openStreams } from "@/lib/live/open-streams";
import { relay } from "@/lib/live/relay";
import { processState } from "@/lib/process-state";

/** A counter whose value is kept elsewhere. */
function counted(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function measured(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** What Prometheus scrapes of this process: Node.js itself, and how its relay and streams do. */
export function metrics(): Registry {
  return processState("metrics.v1", () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    measured(registry, "lockstep_streams", "Open event streams.", () => openStreams().size);
    measured(
      registry,
      "lockstep_relay_feeds",
      "Feeds that have a stream here.",
      () => relay().status().feeds,
    );
    measured(registry, "lockstep_relay_listening", "Whether doorbells are heard.", () =>
      Number(relay().status().listening),
    );
    measured(
      registry,
      "lockstep_relay_lag_seconds",
      "From another process's ring to here, of the last doorbell.",
      () => relay().status().lagMs / 1000,
    );
    counted(registry, "lockstep_relay_doorbells_total", "Doorbells heard.", () => relay().counts.doorbells);
    counted(registry, "lockstep_relay_fetches_total", "Reads of new events.", () => relay().counts.fetches);
    counted(
      registry,
      "lockstep_relay_sweeps_total",
      "Comparisons of the feeds' heads.",
      () => relay().counts.sweeps,
    );
    counted(
      registry,
      "lockstep_relay_sweeps_found_total",
      "Feeds that a sweep found behind: what doorbells missed.",
      () => relay().counts.sweepsThatFound,
    );
    counted(
      registry,
      "lockstep_stream_cuts_total",
      "Streams ended because their reader was too far behind.",
      () => relay().counts.streamCuts,
    );
    return registry;
  });
}
