/**
 * `npm test`: everything CI runs. What waits for sockets and clocks goes first and shares the processor with what only
 * calculates, which yields to it. Proofs of time and speed come last, each alone.
 */
import { clientsInstalled, clientTypesStep } from './testing/clients.ts';
import { simulationStep } from './testing/simulation.ts';
import { conclude, inTurn, lintStep, lookStep, programStep, testStep, typesStep, unitStep } from './testing/step.ts';

const live = { live: true };
const yields = { yields: true };
const build = await programStep('build', 'scripts/build/build.mjs');
const clients = await clientsInstalled();
// Without a build the suites would test the programs of some earlier state.
const ifBuilt = <T>(...steps: readonly T[]): readonly T[] => (build.failed === 0 ? steps : []);

const sideBySide = await Promise.all([
  inTurn(
    unitStep,
    ...ifBuilt(
      () => testStep('e2e', 'vitest.e2e.config.ts', { project: 'side by side', ...live }),
      () => lookStep('browser', live),
      () => lookStep('desktop', live),
    ),
  ),
  inTurn(
    () => typesStep(yields),
    () => clientTypesStep(yields),
    () => lintStep(yields),
    () => testStep('proofs', 'vitest.proof.config.ts', yields),
    // Every branch of the engine, the journal and the reader of signals. Its tests are the unit tests': counted once.
    () => programStep('branches', 'node_modules/vitest/vitest.mjs', ['run', '--config', 'vitest.coverage.config.ts', '--reporter=dot'], yields),
    ...ifBuilt(() => simulationStep(yields)),
  ),
]);
const alone = await inTurn(
  ...ifBuilt(
    () => testStep('e2e, timed', 'vitest.e2e.config.ts', { project: 'alone', ...live }),
    () => lookStep('performance', live),
  ),
);

process.exitCode = conclude([build, ...clients, ...sideBySide.flat(), ...alone]);
