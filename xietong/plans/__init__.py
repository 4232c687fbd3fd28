"""Plans: mathematical programs on shelved findings; an outcome is a scenario, scored by the measures of the past."""
