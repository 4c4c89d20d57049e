/** `npm run check`: types, lint with layers, and unit tests, side by side. The planted violations are among the unit tests. */
import { conclude, lintStep, typesStep, unitStep } from './testing/step.ts';

process.exitCode = conclude(await Promise.all([typesStep(), lintStep(), unitStep()]));
