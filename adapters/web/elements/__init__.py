"""The page's own elements: each is a Vue component under static/, fed through its props."""
