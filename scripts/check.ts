/** `npm run check`: types, lint with layers, and unit tests, side by side. The planted violations are among the unit tests. */
import { checkSteps, conclude } from './testing/step.ts';

process.exitCode = conclude(await checkSteps());
