/* SPDX-License-Identifier: MIT */
/* Every routine. Parameters: what makes subroutines, functions, complex functions and those that find an index of rows
 * of the lists; and whatever that wants, which is undefined at the end: INT, FROM, NAME(routine), ALIASES(routine). */

LEVEL1(SUBROUTINES)
LEVEL1_FUNCTIONS(FUNCTIONS)
LEVEL1_COMPLEX_FUNCTIONS(COMPLEX_FUNCTIONS)
LEVEL1_INDICES(INDICES)
LEVEL2(SUBROUTINES)
PRODUCT(SUBROUTINES)
LEVEL3(SUBROUTINES)
EXTENSIONS(SUBROUTINES)
GROUPS(SUBROUTINES)

#undef INT
#undef FROM
#undef NAME
#undef ALIASES
