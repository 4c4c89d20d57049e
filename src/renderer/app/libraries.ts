/** What the console is made with, read in a step of its own: a press on the stop is taken between two steps, not within one. */
import 'i18next';
import 'react';
import 'react-dom/client';
import 'react-i18next';
import 'zustand';
