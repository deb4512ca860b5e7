/** What to say of what was found, and which pipeline to use. */
import type { Finding, Use } from './finding.ts';

const HEADS = { ready: 'found', blocked: 'blocked', absent: 'not here' } as const;
const INDENT = 11;

/** What was found of one source, in lines. */
export function findingText({ name, status, seen, measures, leavesOut, ways = [] }: Finding): string {
  const rows = [`${HEADS[status].padEnd(INDENT)}${name}: ${seen}`];
  if (status === 'ready') rows.push(`measures   ${measures}`, `not        ${leavesOut}`);
  if (ways.length > 0) rows.push(`to fix it  ${ways.length === 1 ? '' : 'any one of these:'}`.trimEnd(), ...ways);
  const [head, ...rest] = rows;
  return [head, ...rest.map((row) => ' '.repeat(INDENT) + row)].join('\n');
}

export interface Recommended extends Use {
  /** Whether something that is found `blocked` is to be put right first. */
  readonly isBlocked: boolean;
}

/** The pipeline that tells most, in the order of the findings: of what is ready, or could be, or else of what says nothing of power. */
export function recommended(findings: readonly Finding[]): Recommended | undefined {
  const ready = findings.filter(({ status }) => status === 'ready');
  const best =
    ready.find(({ use, withoutPower }) => use !== undefined && withoutPower !== true) ??
    findings.find(({ status, use }) => status === 'blocked' && use !== undefined) ??
    ready.find(({ use }) => use !== undefined);
  return best?.use === undefined ? undefined : { ...best.use, isBlocked: best.status === 'blocked' };
}

/** How to run a pipeline, with its variables set where they are not as the pipeline has them. */
export function useText({ pipeline, variables, isBlocked }: Recommended, file: string): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)} `);
  const head = isBlocked ? 'Once that is put right, use' : 'Use';
  return `${head} ${file}:\n  ${set.join('')}wattbridge run ${file}\nor begin one of your own with it:\n  wattbridge sources --yaml > ${pipeline}.yaml`;
}

/** What to do where nothing measures power. */
export const NOTHING = `Nothing here measures power. Take it from machines that do, with their Telegraf:
  wattbridge run pipelines/pau-kvm.yaml
or look at a recorded one:
  wattbridge start`;

/** For a shell: what has nothing but plain characters as it is. */
function quote(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
