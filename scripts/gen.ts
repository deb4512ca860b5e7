/**
 * Writes what follows from the plugins' own definitions: the registry, the JSON Schema for editors, a page per plugin and the list
 * of them; how they compare with Telegraf's; the tables of energy sources and of equivalents; and the list of decisions. With `--check` it writes nothing, names what is out of date and exits with 1.
 *
 * It reads the plugin folders, never the registry, so it also runs when there is none yet.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInSources } from '../src/energy/sources/registry.ts';
import { pipelineJsonSchema } from '../src/config/json-schema.ts';
import { loadCatalogue } from '../src/plugins/shared/catalogue.ts';
import { compatibilityPage } from './gen/compatibility.ts';
import { readGoldenDifferences, type GoldenDifference } from './gen/golden-differences.ts';
import { decisionsPage, readDecisions, type DecisionPage } from './gen/decisions.ts';
import { equivalentsPage } from './gen/equivalents.ts';
import { findPlugins, pluginSchemas, type FoundPlugin } from './gen/plugins.ts';
import { indexPage, pluginPage } from './gen/pages.ts';
import { registrySource } from './gen/registry.ts';
import { sampleOutput } from './gen/sample.ts';
import { sourcesPage } from './gen/sources.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is read beside the plugins. */
interface Read {
  readonly decisions: readonly DecisionPage[];
  readonly golden: readonly GoldenDifference[];
}

/** Every generated file by its path, relative to the root. */
function generated(plugins: readonly FoundPlugin[], { decisions, golden }: Read): Map<string, string> {
  const files = new Map<string, string>();
  files.set('src/plugins/registry.generated.ts', registrySource(plugins));
  files.set('config/pipeline.schema.json', `${JSON.stringify(pipelineJsonSchema(pluginSchemas(plugins)), undefined, 2)}\n`);
  files.set('docs/plugins.md', indexPage(plugins));
  files.set('docs/compatibility.md', compatibilityPage(plugins, golden));
  files.set('docs/energy-sources.md', sourcesPage(builtInSources));
  files.set('docs/equivalents.md', equivalentsPage(loadCatalogue(ROOT)));
  files.set('docs/decisions/README.md', decisionsPage(decisions));
  for (const plugin of plugins) files.set(`${plugin.folder}/README.md`, pluginPage(plugin, sampleOutput(plugin, plugins, ROOT)));
  return files;
}

async function currentText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function main(check: boolean): Promise<void> {
  const { plugins, problems } = await findPlugins(join(ROOT, 'src/plugins'), ROOT);
  for (const problem of problems) console.error(problem);
  for (const { definition } of plugins) await definition.prepare?.();
  let stale = 0;
  const decisions = await readDecisions(join(ROOT, 'docs/decisions'));
  const golden = await readGoldenDifferences(join(ROOT, 'test/golden/telegraf'));
  for (const [name, text] of generated(plugins, { decisions, golden })) {
    const path = join(ROOT, name);
    if ((await currentText(path)) === text) continue;
    stale += 1;
    console.log(check ? `out of date: ${relative('.', path)}` : `wrote ${relative('.', path)}`);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  if (check && stale > 0) console.error('Run `npm run gen`.');
  if (problems.length > 0 || (check && stale > 0)) process.exitCode = 1;
}

await main(process.argv.includes('--check'));
