// GPUs, as the DCGM exporter and vLLM tell of them. Used framebuffer says nothing: vLLM reserves most of it at start. Its KV cache does.
import { and, call, gt, max, or, rate, subquery } from "../../promql/build.ts";
import { counterStories, levelStory, minute, quietStory, type Surroundings, type Watch } from "./watch.ts";

/** Releases of the exporter differ in how they write the host's label; one that isn't there does no harm. */
const gpuLabels = ["Hostname", "hostname", "gpu", "UUID"];
const gpu = { Hostname: "gpu-node-1", gpu: "0", UUID: "GPU-1" };
const where = "GPU {{ $labels.gpu }} of {{ $labels.Hostname }}{{ $labels.hostname }}";

/**
 * The gauge holds the last XID, so it is its change that tells, and only one to a code: a driver that starts again goes back to 0. Where the
 * exporter writes the code into labels too, a new code is a new series; over the maximum by GPU it is a change all the same.
 */
function xid({ select, series }: Surroundings): Watch {
  const metric = "DCGM_FI_DEV_XID_ERRORS";
  const code = max(select(metric), gpuLabels);
  const coded = (err_code: string) => series(metric, { ...gpu, err_code });
  return {
    id: "gpu-xid",
    alert: "LlmGpuXid",
    expr: and(gt(code, 0), gt(call("changes", subquery(code, 15 * minute, minute)), 0)),
    severity: "warning",
    condition: "a GPU has reported an XID error within the last 15 minutes",
    summary: `${where} reported XID {{ $value | humanize }}`,
    description: `${where} reported XID error {{ $value | humanize }} within the last 15 minutes.`,
    stories: [
      {
        name: "a code appears and stays: told for 15 minutes",
        series: [
          {
            of: series(metric, gpu),
            course: [
              { minutes: 20, value: 0 },
              { minutes: 20, value: 79 },
            ],
          },
        ],
        quiet: [19, 37],
        firing: [22, 31],
        labels: gpu,
        value: 79,
      },
      {
        name: "a code that makes a series of its own",
        series: [
          {
            of: coded("0"),
            course: [
              { minutes: 20, value: 0 },
              { minutes: 20, value: "absent" },
            ],
          },
          {
            of: coded("1"),
            course: [
              { minutes: 20, value: "absent" },
              { minutes: 20, value: 1 },
            ],
          },
        ],
        quiet: [19],
        firing: [28],
      },
      {
        name: "a code of long ago, and a driver that starts again",
        series: [
          {
            of: series(metric, gpu),
            course: [
              { minutes: 20, value: 79 },
              { minutes: 20, value: 0 },
            ],
          },
        ],
        quiet: [2, 19, 25],
        firing: [],
      },
    ],
    runbook: {
      meaning: "The driver of a GPU reported an XID error. The number names its kind.",
      impact:
        "13, 31, 43 and 45 are usually the app's own fault. 48, 63, 64, 79, 94, 95, 119 and 120 are the hardware's: what runs there fails.",
      checks: [
        "Which code? See NVIDIA's list of XID errors, and the kernel's log of the node.",
        "Which pods use the GPU? The exporter's series name them.",
        "Did it happen on this GPU before?",
      ],
      causes: [
        "13, 31, 43, 45: a fault of the app, its model server or its kernels.",
        "48, 63, 64, 79, 94, 95, 119, 120: the card, its slot or its power.",
      ],
      mitigation: [
        "Restart the pods that use it.",
        "For a fault of the hardware cordon the node, drain it and reset the GPU.",
      ],
    },
  };
}

function hot({ select, series }: Surroundings): Watch {
  const metric = "DCGM_FI_DEV_GPU_TEMP";
  return {
    id: "gpu-hot",
    alert: "LlmGpuHot",
    expr: gt(max(select(metric), gpuLabels), 85),
    forSeconds: 10 * minute,
    severity: "warning",
    condition: "a GPU has been hotter than 85 °C for 10 minutes",
    summary: `${where} is at {{ $value | humanize }} °C`,
    description: `${where} has been hotter than 85 °C for 10 minutes. It slows itself down, and shuts off when it gets hotter still.`,
    stories: [
      levelStory({
        name: "a GPU grows hot",
        series: [{ of: series(metric, gpu), well: 80, ill: 90 }],
        forMinutes: 10,
        labels: gpu,
        value: 90,
      }),
    ],
    runbook: {
      meaning: "A GPU has been hotter than 85 °C for 10 minutes.",
      impact: "It throttles: tokens per second fall, latency grows.",
      checks: [
        "Is it one GPU or the whole node? A node points to its cooling.",
        "Does its clock fall? Look at DCGM_FI_DEV_SM_CLOCK.",
      ],
      causes: [
        "Cooling: a fan, the airflow of the rack, the room.",
        "More load on the node than its cooling was made for.",
      ],
      mitigation: ["Move load away.", "Have the cooling seen to."],
    },
  };
}

function memoryErrors({ select, series }: Surroundings): Watch {
  const [doubleBit, rows] = ["DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS"];
  const failed = "DCGM_FI_DEV_ROW_REMAP_FAILURE";
  const grows = (metric: string) => gt(max(rate(select(metric), 60 * minute), gpuLabels), 0);
  return {
    id: "gpu-memory-errors",
    alert: "LlmGpuMemoryErrors",
    expr: or(or(grows(doubleBit), grows(rows)), gt(max(select(failed), gpuLabels), 0)),
    severity: "critical",
    condition: "a GPU had uncorrectable memory errors within the last hour, or can't set bad rows aside",
    summary: `${where} has uncorrectable memory errors`,
    description: `${where} had uncorrectable (double-bit) errors in its memory within the last hour, or no spare rows left for them.`,
    stories: [
      ...counterStories({
        counters: [
          { what: "double-bit errors", of: series(doubleBit, gpu), labels: gpu },
          { what: "rows are remapped for uncorrectable errors", of: series(rows, gpu), labels: gpu },
        ],
        windowMinutes: 60,
        forMinutes: 0,
      }),
      levelStory({
        name: "remapping a row failed",
        series: [{ of: series(failed, gpu), well: 0, ill: 1 }],
        forMinutes: 0,
        labels: gpu,
      }),
    ],
    runbook: {
      meaning:
        "Uncorrectable errors in a GPU's memory. DCGM_FI_DEV_ECC_DBE_VOL_TOTAL isn't among the exporter's default counters; remapped rows are.",
      impact: "Whatever used that memory was killed or has wrong data.",
      checks: [
        "Which pods use the GPU, and did they fail?",
        "Are errors repeated on this GPU? Then it is to be replaced.",
      ],
      causes: ["The card's memory wears out.", "A single event, when no other follows after the reset."],
      mitigation: ["Cordon and drain the node, reset the GPU.", "Have it replaced where remapping fails."],
    },
  };
}

function cacheFull({ select, series }: Surroundings): Watch {
  const by = ["model_name", "instance"];
  const [usage, waiting] = ["vllm:kv_cache_usage_perc", "vllm:num_requests_waiting"];
  const labels = { model_name: "llama", instance: "vllm-0" };
  const of = (metric: string) => series(metric, { ...labels, engine: "0" });
  return {
    id: "kv-cache-full",
    alert: "LlmKvCacheFull",
    expr: and(gt(max(select(usage), by), 0.95), gt(max(select(waiting), by), 0)),
    forSeconds: 10 * minute,
    severity: "warning",
    condition: "a vLLM engine has used more than 95 % of its KV cache for 10 minutes, and requests wait",
    summary:
      "{{ $labels.model_name }} on {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its KV cache",
    description:
      "vLLM serves {{ $labels.model_name }} on {{ $labels.instance }} with {{ $value | humanizePercentage }} of its KV cache in use, and requests wait. It has reached what its memory allows.",
    stories: [
      levelStory({
        name: "the cache is full and a request waits",
        series: [
          { of: of(usage), well: 0.9, ill: 0.99 },
          { of: of(waiting), well: 1, ill: 1 },
        ],
        forMinutes: 10,
        labels,
        value: 0.99,
      }),
      quietStory("a full cache that nobody waits for is a cache well used", [
        [of(usage), 0.99],
        [of(waiting), 0],
      ]),
    ],
    runbook: {
      meaning: "vLLM has no room left in its KV cache while requests wait: its GPU memory is what limits it.",
      impact: "Time to first token grows, and running requests are preempted and computed again.",
      checks: [
        "Are prompts longer than usual? Look at context utilisation and tokens per request.",
        "Are requests preempted? Look at vllm:num_preemptions_total.",
        "Is traffic spread evenly over the engines?",
      ],
      causes: [
        "Prompts or answers got longer.",
        "More requests at once than the engines can hold.",
        "Traffic isn't spread: one engine is full and others are idle.",
      ],
      mitigation: ["Add engines.", "Lower --max-num-seqs or the longest context, or use a quantised cache."],
    },
  };
}

export function gpuWatches(around: Surroundings): readonly Watch[] {
  return [xid(around), hot(around), memoryErrors(around), cacheFull(around)];
}
