"""Columns as the addresses of their memory: numba takes one array of numbers ten times as fast as a tuple of arrays."""

from typing import TYPE_CHECKING, Any

import numpy as np

from matching.engine.compiling import compiled
from matching.engine.layout import FACTS, Array, Columns

__all__ = ["FACTS_COLUMN", "addresses_of", "columns_at", "fetch_ahead"]

FACTS_COLUMN = Columns._fields.index("facts")

if TYPE_CHECKING:

    def _pointer(address: int) -> Any: ...

    def fetch_ahead(address: int) -> None:
        """Have the processor bring in the cache line of this address, while other work goes on."""

    def carray(pointer: Any, shape: tuple[int, ...], dtype: Any) -> Array: ...

else:
    from llvmlite import ir
    from numba import carray, types
    from numba.core import cgutils
    from numba.extending import intrinsic

    @intrinsic
    def _pointer(context, address):
        def generate(context, builder, signature, given):
            return builder.inttoptr(given[0], cgutils.voidptr_t)

        return types.voidptr(types.int64), generate

    @intrinsic
    def fetch_ahead(context, address):
        def generate(context, builder, signature, given):
            pointer, number = cgutils.voidptr_t, ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
            for_reading, kept, data = number(0), number(3), number(1)
            builder.call(function, [builder.inttoptr(given[0], pointer), for_reading, kept, data])

        return types.void(types.int64), generate


def addresses_of(columns: Columns) -> Array:
    """Address and length of each; they hold as long as no column is resized or freed."""
    return np.array([(one.ctypes.data, len(one)) for one in columns], dtype=np.int64)


@compiled
def columns_at(addresses: Array) -> Columns:
    """The columns again, inside a loop."""
    at = addresses
    return Columns(
        marks=carray(_pointer(at[0, 0]), (at[0, 1],), np.int64),
        free=carray(_pointer(at[1, 0]), (at[1, 1], 128), np.int64),
        facts=carray(_pointer(at[2, 0]), (at[2, 1],), FACTS),
        raw=carray(_pointer(at[3, 0]), (at[3, 1], 64), np.uint8),
        ids=carray(_pointer(at[4, 0]), (at[4, 1], 2), np.int64),
        next_row=carray(_pointer(at[5, 0]), (at[5, 1],), np.int32),
        entries_at=carray(_pointer(at[6, 0]), (at[6, 1],), np.int32),
        entry_list=carray(_pointer(at[7, 0]), (at[7, 1],), np.int32),
        entry_base=carray(_pointer(at[8, 0]), (at[8, 1],), np.int32),
        by_id=carray(_pointer(at[9, 0]), (at[9, 1],), np.int32),
        lists=carray(_pointer(at[10, 0]), (at[10, 1], 6), np.int64),
        by_list=carray(_pointer(at[11, 0]), (at[11, 1],), np.int32),
        directory=carray(_pointer(at[12, 0]), (at[12, 1], 5), np.int64),
        signature=carray(_pointer(at[13, 0]), (at[13, 1],), np.int64),
        base=carray(_pointer(at[14, 0]), (at[14, 1],), np.int32),
        row=carray(_pointer(at[15, 0]), (at[15, 1],), np.int32),
    )
