import type { RunSummary } from '../pipeline/pipeline.ts';

/** `stopped after 42 s: 1,234 points in, 1,300 out, 0 dropped`; what is not delivered is named when there is any, and where it `waits` that. */
export function summaryText(verb: string, summary: RunSummary, waits = false): string {
  const unsent = summary.unsent === 0 ? '' : `, ${count(summary.unsent)} not delivered${waits ? ' yet: kept for the next start' : ''}`;
  const points = `${count(summary.pointsIn)} ${summary.pointsIn === 1 ? 'point' : 'points'} in, ${count(summary.pointsOut)} out, ${count(summary.dropped)} dropped${unsent}`;
  return `${verb} after ${durationText(summary.seconds)}: ${points}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 120 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
