import type { Target } from '../catalog/model.ts'
import { probeHttp } from './http.ts'
import type { Probe, ProbeContext, Probed } from './probe.ts'

const PROBES: { readonly [K in Target['kind']]: Probe<Extract<Target, { kind: K }>> } = {
  http: probeHttp,
}

/** Probes a target with the probe of its kind. */
export function probe(target: Target, context: ProbeContext): Promise<Probed> {
  return PROBES[target.kind](target, context)
}
