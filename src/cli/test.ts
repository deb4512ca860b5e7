import { styleText } from 'node:util';
import { Command } from 'commander';
import type { VariableHandling } from '../config/parse-source.ts';
import { runTests, type TestResult } from '../pipeline/self-test.ts';
import { createLogger } from '../telemetry/log.ts';
import { addVariableOptions } from './config-options.ts';
import { ExitCode, type Finish } from './exit-code.ts';
import { loadPipeline, printDiagnostics } from './load.ts';
import { print, printError } from './print.ts';
import { createServices } from './services.ts';

const EXAMPLES = `
Examples:
  wattbridge test pipelines/pau-kvm.yaml
  wattbridge test pipelines/*.yaml

A test stands in the pipeline itself:
  tests:
    - name: watts become joules
      input: |
        powerstat_package,host=a,package_id=0 current_power_consumption_watts=100 1700000000000000000
      contains: |
        energy,…`;

/** `wattbridge test`: runs the tests inside pipelines. */
export function testCommand(finish: Finish): Command {
  const command = new Command('test').description("run the pipelines' own tests").argument('<files...>', 'pipelines with a tests: list');
  return addVariableOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: VariableHandling) => finish(await test(files, options)));
}

async function test(files: readonly string[], options: VariableHandling): Promise<ExitCode> {
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const loaded = await loadPipeline([file], options);
    if (loaded === undefined) return ExitCode.badConfig;
    const logger = createLogger({ level: 'error' });
    const results = runTests(loaded.config, () => createServices(loaded, logger));
    logger.close();
    if ('diagnostics' in results) {
      printDiagnostics(results.diagnostics);
      return ExitCode.badConfig;
    }
    for (const result of results) {
      print(resultText(file, result));
      if (result.passed) passed++;
      else failed++;
    }
  }
  if (passed + failed === 0) {
    printError('wattbridge: there are no tests in these files; write some under "tests:" (see wattbridge test --help)');
    return ExitCode.failed;
  }
  print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? ExitCode.ok : ExitCode.failed;
}

/** `ok` and the test's name, or what differed: `-` was expected and did not come, `+` came and was not expected. */
function resultText(file: string, result: TestResult): string {
  const name = `${file}: ${result.name}`;
  if (result.passed) return `${styleText('green', 'ok')}      ${name}`;
  return [
    `${styleText('red', 'FAILED')}  ${name}`,
    ...result.errors.map((error) => `  ! ${error}`),
    ...result.missing.map((line) => styleText('red', `  - ${line}`)),
    ...result.unexpected.map((line) => styleText('green', `  + ${line}`)),
  ].join('\n');
}
