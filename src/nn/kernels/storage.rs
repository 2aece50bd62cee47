//! Plain slices out of the tensor library's storage.

use candle_core::{CpuStorage, Error, Layout, Result, Storage, bail};

/// The storage, which these kernels need on the CPU.
pub fn on_cpu(storage: &Storage) -> Result<&CpuStorage> {
    match storage {
        Storage::Cpu(storage) => Ok(storage),
        _ => bail!("a CPU kernel was given values that are not on the CPU"),
    }
}

/// The values of a contiguous f32 tensor.
pub fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        return Err(Error::RequiresContiguous { op: "fused kernel" });
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}
