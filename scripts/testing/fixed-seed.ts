/** Random tests draw the same cases each time here: a branch is taken by every run, or by none. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_261_121 });
