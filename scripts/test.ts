/** `npm test`: everything CI runs. The check, the long proofs, the build, then the end-to-end suites against what was built. */
import { clientSteps } from './testing/clients.ts';
import { simulationStep } from './testing/simulation.ts';
import { checkSteps, conclude, lookStep, programStep, testStep } from './testing/step.ts';

const results = await checkSteps();
results.push(await testStep('proofs', 'vitest.proof.config.ts', 'kept'));
// Every branch of the engine, the journal and the reader of signals. Its tests are the unit tests': counted once.
results.push(await programStep('branches', 'node_modules/vitest/vitest.mjs', ['run', '--config', 'vitest.coverage.config.ts', '--reporter=dot']));
results.push(...(await clientSteps()));
const build = await programStep('build', 'scripts/build/build.mjs');
results.push(build);
// Without a build the suites would test the programs of some earlier state.
if (build.failed === 0) {
  results.push(await simulationStep());
  results.push(await testStep('e2e', 'vitest.e2e.config.ts', 'live'));
  for (const project of ['browser', 'desktop']) results.push(await lookStep(project));
}

process.exitCode = conclude(results);
